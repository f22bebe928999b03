//! The kinds of branches: how many parameters are free, which special points each reports, and where each
//! can start.

/// What a branch consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Equilibrium,
    Fold,
    Hopf,
    BranchPoint,
    Cycle,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::Equilibrium, Kind::Fold, Kind::Hopf, Kind::BranchPoint, Kind::Cycle];

    /// The word in studies and results.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Equilibrium => "equilibrium",
            Kind::Fold => "fold",
            Kind::Hopf => "hopf",
            Kind::BranchPoint => "branch-point",
            Kind::Cycle => "cycle",
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
        }
    }

    /// Types of special points from which such a branch can start.
    pub fn starts_from(self) -> &'static [&'static str] {
        match self {
            Kind::Equilibrium => &["LP", "BP", "H", "NSA", "CP", "BT", "GH", "ZH", "HH", "UZ", "EP"],
            Kind::Fold => &["LP", "CP", "BT", "ZH"],
            Kind::Hopf => &["H", "BT", "GH", "ZH", "HH"],
            Kind::BranchPoint => &["BP", "DBP"],
            Kind::Cycle => &["H", "PD", "LPC", "NS", "UZ", "EX", "EP"],
        }
    }

    /// Quantities beside the columns that a special point of this type has on such a branch.
    pub fn quantities(self, kind: &str) -> &'static [&'static str] {
        match (self, kind) {
            (Kind::Equilibrium, "LP") => &["a"],
            (Kind::Equilibrium, "BP") => &["a", "c"],
            (Kind::Equilibrium | Kind::Cycle, "H") => &["omega", "period", "re_c1", "l1"],
            (Kind::Cycle, "NS") => &["theta"],
            (Kind::Fold, "CP") => &["c"],
            (Kind::Fold | Kind::BranchPoint, "DBP") => &["a", "c", "e"],
            (_, "BT") => &["a", "b"],
            (_, "GH") => &["omega", "period", "l1", "l2", "im_c1"],
            (_, "ZH") => &["omega", "period", "s", "theta", "E", "G200", "G011", "re_G110"],
            (_, "HH") => &["omega1", "omega2", "p11", "p12", "p21", "p22", "theta", "delta", "Theta", "Delta", "K"],
            _ => &[],
        }
    }
}

/// Kinds that the study format knows and this version does not compute.
pub const LATER_KINDS: [&str; 3] = ["cycle-fold", "period-doubling", "torus"];

/// Other words for a kind.
pub const OTHER_WORDS: [(&str, Kind); 18] = [
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
];
