//! The kinds of branches: how many parameters are free, which special points each reports, and where each
//! can start.

use crate::curves::CycleCondition;

/// What a branch consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Equilibrium,
    Fold,
    Hopf,
    BranchPoint,
    Cycle,
    CycleFold,
    PeriodDoubling,
    Torus,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::Equilibrium,
        Kind::Fold,
        Kind::Hopf,
        Kind::BranchPoint,
        Kind::Cycle,
        Kind::CycleFold,
        Kind::PeriodDoubling,
        Kind::Torus,
    ];

    /// The word in studies and results.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Equilibrium => "equilibrium",
            Kind::Fold => "fold",
            Kind::Hopf => "hopf",
            Kind::BranchPoint => "branch-point",
            Kind::Cycle => "cycle",
            Kind::CycleFold => "cycle-fold",
            Kind::PeriodDoubling => "period-doubling",
            Kind::Torus => "torus",
        }
    }

    /// Its points are cycles.
    pub fn is_cyclic(self) -> bool {
        self == Kind::Cycle || self.cycle_condition().is_some()
    }

    /// In which way cycles on a critical curve are critical.
    pub fn cycle_condition(self) -> Option<CycleCondition> {
        match self {
            Kind::CycleFold => Some(CycleCondition::Fold),
            Kind::PeriodDoubling => Some(CycleCondition::Flip),
            Kind::Torus => Some(CycleCondition::Torus),
            _ => None,
        }
    }

    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// How many parameters are free.
    pub fn free(self) -> usize {
        match self {
            Kind::Equilibrium | Kind::Cycle => 1,
            Kind::Fold | Kind::Hopf | Kind::BranchPoint => 2,
            Kind::CycleFold | Kind::PeriodDoubling | Kind::Torus => 2,
        }
    }

    /// Types of special points that such a branch can report.
    pub fn reports(self) -> &'static [&'static str] {
        match self {
            Kind::Equilibrium => &["LP", "BP", "H", "NSA", "UZ", "EP"],
            Kind::Fold => &["CP", "BT", "ZH", "DBP", "UZ", "EX", "EP"],
            Kind::Hopf => &["BT", "GH", "ZH", "HH", "UZ", "EX", "EP"],
            Kind::BranchPoint => &["DBP", "BT", "ZH", "UZ", "EX", "EP"],
            Kind::Cycle => &["H", "LPC", "PD", "NS", "BPC", "UZ", "EX", "EP"],
            Kind::CycleFold => &["CPC", "R1", "LPPD", "LPNS", "GH", "UZ", "EX", "EP"],
            Kind::PeriodDoubling => &["GPD", "R2", "LPPD", "PDNS", "UZ", "EX", "EP"],
            Kind::Torus => &["CH", "R1", "R2", "R3", "R4", "LPNS", "PDNS", "NSNS", "ZH", "HH", "UZ", "EX", "EP"],
        }
    }

    /// Types of special points from which such a branch can start.
    pub fn starts_from(self) -> &'static [&'static str] {
        match self {
            Kind::Equilibrium => &["LP", "BP", "H", "NSA", "CP", "BT", "GH", "ZH", "HH", "UZ", "EP"],
            Kind::Fold => &["LP", "CP", "BT", "ZH"],
            Kind::Hopf => &["H", "BT", "GH", "ZH", "HH"],
            Kind::BranchPoint => &["BP", "DBP"],
            Kind::Cycle => &[
                "H", "PD", "LPC", "NS", "CPC", "GPD", "CH", "R1", "R2", "R3", "R4", "LPPD", "LPNS", "PDNS", "NSNS",
                "BPC", "UZ", "EX", "EP",
            ],
            Kind::CycleFold => &["LPC", "CPC", "R1", "LPPD", "LPNS", "GH"],
            Kind::PeriodDoubling => &["PD", "GPD", "R2", "LPPD", "PDNS"],
            Kind::Torus => &["NS", "CH", "R1", "R2", "R3", "R4", "LPNS", "PDNS", "NSNS", "ZH", "HH"],
        }
    }

    /// Quantities beside the columns that a special point of this type has on such a branch.
    pub fn quantities(self, kind: &str) -> &'static [&'static str] {
        match (self, kind) {
            (Kind::Equilibrium, "LP") => &["a"],
            (Kind::Equilibrium, "BP") => &["a", "c"],
            (Kind::Equilibrium | Kind::Cycle, "H") => &["omega", "period", "re_c1", "l1"],
            (Kind::Cycle, "LPC") => &["b"],
            (Kind::Cycle, "PD") => &["c"],
            (Kind::Cycle, "NS") => &["re_d", "theta"],
            (_, "CPC") => &["c"],
            (_, "GPD") => &["e"],
            (_, "CH") => &["re_e"],
            (Kind::Fold, "CP") => &["c"],
            (Kind::Fold | Kind::BranchPoint, "DBP") => &["a", "c", "e"],
            (_, "BT") => &["a", "b", "a3", "b3"],
            (_, "GH") => &["omega", "period", "l1", "l2", "im_c1"],
            (_, "ZH") => &["omega", "period", "s", "theta", "E", "G200", "G011", "re_G110"],
            (_, "HH") => &["omega1", "omega2", "p11", "p12", "p21", "p22", "theta", "delta", "Theta", "Delta", "K"],
            _ => &[],
        }
    }
}

/// Other words for a kind.
pub const OTHER_WORDS: [(&str, Kind); 25] = [
    ("eq", Kind::Equilibrium),
    ("fixed-point", Kind::Equilibrium),
    ("steady-state", Kind::Equilibrium),
    ("stationary", Kind::Equilibrium),
    ("lp", Kind::Fold),
    ("limit-point", Kind::Fold),
    ("saddle-node", Kind::Fold),
    ("turning-point", Kind::Fold),
    ("h", Kind::Hopf),
    ("hb", Kind::Hopf),
    ("ah", Kind::Hopf),
    ("andronov-hopf", Kind::Hopf),
    ("bp", Kind::BranchPoint),
    ("transcritical", Kind::BranchPoint),
    ("pitchfork", Kind::BranchPoint),
    ("limit-cycle", Kind::Cycle),
    ("periodic-orbit", Kind::Cycle),
    ("orbit", Kind::Cycle),
    ("lpc", Kind::CycleFold),
    ("fold-of-cycles", Kind::CycleFold),
    ("pd", Kind::PeriodDoubling),
    ("flip", Kind::PeriodDoubling),
    ("ns", Kind::Torus),
    ("neimark-sacker", Kind::Torus),
    ("invariant-torus", Kind::Torus),
];
