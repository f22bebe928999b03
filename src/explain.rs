//! `hopfold explain WORD`: what a word of the program means, and what to do next.

use crate::diagnostic::nearest;

/// What is said of some words.
struct Entry {
    /// The word, and others for the same.
    words: &'static [&'static str],
    text: &'static str,
}

/// The explanation, or the nearest words that have one.
pub fn explain(word: &str) -> Result<&'static str, Vec<&'static str>> {
    let all = || groups().into_iter().flat_map(|(_, entries)| entries);
    let exact = all().find(|entry| entry.words.contains(&word));
    // A label is explained by its type: LP3 by LP.
    let kind = match word.strip_prefix('R') {
        Some(rest) if rest.len() > 1 => word.get(..2).unwrap_or(word),
        _ => word.trim_end_matches(|c: char| c.is_ascii_digit()),
    };
    let found = exact
        .or_else(|| all().find(|entry| entry.words.iter().any(|known| known.eq_ignore_ascii_case(word))))
        .or_else(|| all().find(|entry| entry.words.iter().any(|known| known.eq_ignore_ascii_case(kind))));
    found.map(|entry| entry.text).ok_or_else(|| {
        let mut known: Vec<&'static str> = all().flat_map(|entry| entry.words.iter().copied()).collect();
        let mut near = Vec::new();
        while let Some(next) = nearest(word, known.iter().copied()).filter(|_| near.len() < 3) {
            known.retain(|other| *other != next);
            near.push(next);
        }
        near
    })
}

/// All the words, by subject.
pub fn words() -> String {
    let mut text = String::new();
    for (subject, entries) in groups() {
        text.push_str(subject);
        text.push('\n');
        let mut line = String::from(" ");
        for word in entries.iter().flat_map(|entry| entry.words).filter(|word| !word.ends_with('_')) {
            if line.len() + word.len() > 96 {
                text.push_str(&line);
                text.push('\n');
                line = String::from(" ");
            }
            line.push(' ');
            line.push_str(word);
        }
        text.push_str(&line);
        text.push_str("\n\n");
    }
    text.push_str("`hopfold explain WORD` tells about one of them\n");
    text
}

fn groups() -> [(&'static str, &'static [Entry]); 6] {
    [
        ("special points", POINTS),
        ("normal-form coefficients and quantities", QUANTITIES),
        ("kinds of branches", KINDS),
        ("keys of a study", KEYS),
        ("settings", SETTINGS),
        ("how branches end, and what can go wrong", OUTCOMES),
    ]
}

const POINTS: &[Entry] = &[
    Entry {
        words: &["LP", "limit-point", "saddle-node", "turning-point"],
        text: "\
LP: fold (limit point, saddle-node) of equilibria
  Two equilibria meet and vanish; the branch turns back in its free parameter and one real
  eigenvalue is 0.
  Coefficient: a = 1/2 <p, B(q,q)>, |q| = 1, <p,q> = 1 (`hopfold explain a`); a = 0 would be a
  cusp.
  What next: follow it in two parameters; this gives the border of a region of bistability.

    [[branch]]
    name = \"fold\"
    kind = \"fold\"
    from = \"rest/LP1\"
    free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }
",
    },
    Entry {
        words: &["H", "AH", "HB", "andronov-hopf"],
        text: "\
H: Andronov-Hopf point
  A pair of eigenvalues is on the imaginary axis, +- i omega; a cycle of period 2 pi / omega is
  born.
  Coefficients: re_c1 and l1 = re_c1 / omega. Negative: supercritical, the cycle is stable if
  nothing else is unstable. Positive: subcritical, the cycle is unstable, the jump to what lies
  beyond is sudden.
  What next: follow it in two parameters; this gives the border of the region of self-oscillation.

    [[branch]]
    name = \"hopf\"
    kind = \"hopf\"
    from = \"rest/H1\"
    free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }
",
    },
    Entry {
        words: &["NSA", "neutral-saddle"],
        text: "\
NSA: neutral saddle
  Two real eigenvalues add up to zero, +- k. The test for Hopf points vanishes here too, but
  nothing oscillates and stability does not change: it is no bifurcation of equilibria. Reported
  so that it is not taken for a Hopf point. No branch starts here.
  What next: nothing. Near a BT point the Hopf curve goes on as a curve of neutral saddles.
",
    },
    Entry {
        words: &["BP"],
        text: "\
BP: branch point
  Two branches of equilibria cross: F_u is singular, and the bordered matrix of the branch is
  too. Branches cross in systems with a symmetry or an invariant set; a small imperfection makes
  them avoid each other. Coefficients of z' = ... + a z^2 + c z^3 on the centre manifold at
  fixed parameter: a is not zero at a transcritical point; at a pitchfork it is, and c < 0 makes
  it supercritical.
  What next: the other branch, both arms of it; and where two parameters keep what makes the
  branches cross, the curve of branch points (kind = \"branch-point\").

    [[branch]]
    name = \"other\"
    kind = \"equilibrium\"
    from = \"rest/BP1\"
    free = { V_in = [0.0, 8.0] }
",
    },
    Entry {
        words: &["DBP", "degenerate-branch-point"],
        text: "\
DBP: degenerate branch point, on a curve of branch points, and on a fold curve that touches it
  Of transcritical points a goes through zero: the fold that the other branch has beside them
  passes through it, from one side of the crossing to the other. Of pitchforks, where a is zero
  all along, c does, and super- and subcritical ones meet; on the centre manifold y' = ... + c
  y^3 + e y^5. e < 0: the arms of the subcritical ones turn back at folds, and are stable beyond
  them (if nothing else is unstable); e > 0: the arms of the supercritical ones do, and are
  unstable beyond.
  What next: a curve of folds touches the curve of branch points here. Start it from such a
  fold, an LP on a branch of equilibria beside.
",
    },
    Entry {
        words: &["CP", "cusp"],
        text: "\
CP: cusp, on a fold curve
  Two fold curves meet and end, and with them the bistability: the coefficient a of the fold is
  zero.
  Coefficient: c = 1/6 <p, C(q,q,q) + 3 B(q,h2)>, A h2 = 2 a q - B(q,q). c < 0: the middle one
  of the three equilibria is the unstable one (if nothing else is unstable); c > 0: the other
  way round.
  What can start there: the fold curve, with both its arms (kind = \"fold\", from = \"fold/CP1\"),
  equilibrium.
  What next: draw the fold curve; inside the wedge there are three equilibria.

    [[figure]]
    file = \"cusp.svg\"
    x = \"V_in\"
    y = \"R_n\"
    show = [{ block = \"fold\", style = \"region\" }]
",
    },
    Entry {
        words: &["BT", "bogdanov-takens"],
        text: "\
BT: Bogdanov-Takens point, on a fold, Hopf or branch-point curve
  Two eigenvalues are zero with one eigenvector: the Hopf curve meets the fold curve, and omega
  goes to 0. A q0 = 0, A q1 = q0, A' p1 = 0, A' p0 = p1: a = 1/2 p1 B(q0,q0), b = p0 B(q0,q0) +
  p1 B(q0,q1). If a b is not zero there are also homoclinic orbits near by. With a symmetry both
  are 0: then x'' = m1 x + m2 x' + a3 x^3 + b3 x^2 x' decides, where a curve of pitchforks and two
  Hopf curves meet.
  What can start there: hopf, fold, equilibrium.
  What next: from BT on a fold curve start the Hopf curve, from BT on a Hopf curve the fold
  curve.

    [[branch]]
    name = \"hopf\"
    kind = \"hopf\"
    from = \"fold/BT1\"
    free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }
",
    },
    Entry {
        words: &["UZ", "marked-value"],
        text: "\
UZ: a value that the study asked for
  The branch has a point exactly at each value in `mark`; there can be several at one value.

    [[branch]]
    name = \"rest\"
    kind = \"equilibrium\"
    free = { V_in = [0.0, 8.0] }
    mark = { V_in = [2.0] }

  What next: from an UZ point a branch of equilibria in another parameter can start.

    [[branch]]
    name = \"across\"
    kind = \"equilibrium\"
    from = \"rest/UZ1\"
    free = { R_n = [0.0, 15.0] }
",
    },
    Entry {
        words: &["EX", "extremum", "extrema"],
        text: "\
EX: an extremum along a curve that the study asked for: on a fold or Hopf curve of a free parameter,
  on a branch of cycles of V_min, V_max or V_span of a state V
  The curve's tangent has no part in the parameter: beyond its least or largest value there is
  none of these folds or Hopf points. At a cusp both parameters have one.

    [[branch]]
    name = \"hopf\"
    kind = \"hopf\"
    from = \"rest/H1\"
    free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }
    extremum = [\"R_n\"]
",
    },
    Entry {
        words: &["EP", "end-point"],
        text: "\
EP: an end of a branch
  EP1 is the first point and EP2 the last. The table says why the branch ended there: at a bound
  of its range (exactly, the bound is met by Newton's method), because it closed, or because it
  could not go on. See `bound`, `closed`, `stopped`, `max-points`.
",
    },
    Entry {
        words: &["GH", "bautin"],
        text: "\
GH: generalised Hopf (Bautin) point, l1 = 0 on a Hopf curve
  Its second Lyapunov coefficient l2 decides what is near. On one side of it cycles are born
  stable, on the other unstable; a curve of folds of cycles begins at it.
  l2 < 0: where l1 > 0, a stable cycle lies around the unstable one. l2 > 0: where l1 < 0, an
  unstable cycle lies around the stable one.
  Near a ZH point l1 goes through infinity: that is no GH.
  What can start there: hopf, equilibrium, and the curve of folds of cycles (kind = \"cycle-fold\",
  from = \"hopf/GH1\").
",
    },
    Entry {
        words: &["ZH", "zero-hopf"],
        text: "\
ZH: zero-Hopf point, eigenvalues 0 and +- i omega, on fold, Hopf and branch-point curves
  The fold curve and the Hopf curve touch, or a curve of branch points crosses Hopf curves, where
  G200 or G011 may be zero. s = sign(G200 G011), theta and E decide the unfolding
  (Kuznetsov, section 8.5); the words say which it is, and whether tori branch off.
  What can start there: fold, hopf, equilibrium; and, where s theta < 0, the curve on which the
  cycles of the Hopf curve shed tori (kind = \"torus\", from = \"hopf/ZH1\").
",
    },
    Entry {
        words: &["HH", "hopf-hopf"],
        text: "\
HH: double Hopf point, two pairs of eigenvalues +- i omega1 and +- i omega2, on Hopf curves
  Two Hopf curves cross. theta and delta, and in the difficult case Theta and Delta, decide the
  unfolding (Kuznetsov, section 8.6); the words say which it is.
  What can start there: the other Hopf curve (kind = \"hopf\", from = \"hopf/HH1\"), equilibrium, and
  the curve on which the cycles of this Hopf curve shed tori (kind = \"torus\", from = \"hopf/HH1\");
  from HH on the other Hopf curve starts that of its cycles.
",
    },
    Entry {
        words: &["LPC", "fold-of-cycles"],
        text: "\
LPC: fold of cycles, a second multiplier 1, on branches of cycles
  The branch turns back in its parameter, and a stable and an unstable cycle meet. b tells how fast
  the second multiplier leaves 1 beside (`hopfold explain b`); it is zero at a cusp.
  In a canard explosion the parameter stands still, to all its digits, while the cycle grows: there
  the multiplier tells where the fold is, as far as liouville_error is small (raise `intervals`),
  and b may not be resolved. Of a driven system, whose period is that of its force, there is no b.
  What next: follow it in two parameters; this gives the border of a region with two more cycles.

    [[branch]]
    name = \"folds\"
    kind = \"cycle-fold\"
    from = \"cycles/LPC1\"
    free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }

  What can start there: cycle-fold; cycle, in another free parameter.
",
    },
    Entry {
        words: &["PD"],
        text: "\
PD: period doubling of cycles (flip), a multiplier -1, on branches of cycles
  A cycle of twice the period begins. Its own branch ends here again, as a PD. c < 0: supercritical,
  the doubled cycle is stable if nothing else is unstable; c > 0: subcritical, it is unstable
  (`hopfold explain c`).
  What can start there: the cycle of twice the period (kind = \"cycle\", from = \"cycles/PD1\"), so
  that a cascade is followed in one study, one branch after the other; and the curve in two
  parameters.

    [[branch]]
    name = \"doublings\"
    kind = \"period-doubling\"
    from = \"cycles/PD1\"
    free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }
",
    },
    Entry {
        words: &["NS", "neimark-sacker"],
        text: "\
NS: torus (Neimark-Sacker) point of cycles, multipliers exp(+- i theta), on branches of cycles
  An invariant torus begins. re_d < 0: supercritical, the torus is stable if nothing else is
  unstable; re_d > 0: subcritical, it is unstable (`hopfold explain re_d`). theta is the angle in
  radians; near 2 pi / 3 and pi / 2 there are strong resonances. Two real multipliers with the
  product 1 are a neutral saddle and no bifurcation: such a point is not reported.
  What can start there: the curve in two parameters; cycle, in another free parameter.

    [[branch]]
    name = \"tori\"
    kind = \"torus\"
    from = \"cycles/NS1\"
    free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }
",
    },
    Entry {
        words: &["CPC", "cusp-of-cycles"],
        text: "\
CPC: cusp of cycles, b = 0 on a curve of folds of cycles
  Two curves of folds meet and end; between them there are three cycles.
  c: xi' = c xi^3, in 1/time, for the relative change xi of the period along the cycle's critical
  function. c < 0: the two outer cycles are stable on the centre manifold; c > 0: the middle one.
  What can start there: cycle-fold; cycle.
",
    },
    Entry {
        words: &["GPD"],
        text: "\
GPD: generalised period doubling, c = 0 on a curve of period doublings
  On one side the doubled cycle is born stable, on the other unstable; a curve of folds of doubled
  cycles begins here.
  e: xi' = e xi^5, in 1/(time state^4), with xi normalised as at a PD. e < 0: beside subcritical
  period doublings a stable doubled cycle goes around the unstable one.
  What can start there: period-doubling; cycle.
",
    },
    Entry {
        words: &["CH", "chenciner"],
        text: "\
CH: Chenciner point, re_d = 0 on a curve of tori
  On one side the torus is born stable, on the other unstable; folds of tori begin here.
  re_e: the second Lyapunov coefficient, |xi|' = re_e |xi|^5, in 1/(time state^4), with xi as at an
  NS. re_e < 0: beside subcritical torus points a stable torus goes around the unstable one.
  Where re_d is zero all along a curve, as an invariant may make it, its column is 0, and there is
  no CH.
  What can start there: torus; cycle.
",
    },
    Entry {
        words: &["R1", "R2", "R3", "R4", "resonance"],
        text: "\
R1, R2, R3, R4: strong resonances, multipliers exp(+- i theta) with theta = 0, pi, 2 pi/3, pi/2
  R1 lies on a curve of folds of cycles, where a curve of tori begins: three multipliers 1. R2 lies
  on a curve of period doublings, where a curve of tori begins: two multipliers -1. A curve of tori
  ends at R1 and R2, unless a symmetry lets the two multipliers pass each other; it goes through R3
  and R4, beside which re_d says nothing of what is farther than the resonance is near.
  What can start there: R1: cycle-fold; R2: period-doubling; all: torus, cycle.
",
    },
    Entry {
        words: &["LPPD", "LPNS", "PDNS", "NSNS", "fold-flip"],
        text: "\
LPPD, LPNS, PDNS, NSNS: two bifurcations of cycles at once, on curves of either
  LPPD: multipliers 1 and -1, a fold and a period doubling. LPNS: a fold and a torus. PDNS: a period
  doubling and a torus. NSNS: two tori. The curves of both meet here.
  What can start there: the curve of the other one, as kind = \"torus\", from = \"folds/LPNS1\";
  cycle.
",
    },
    Entry {
        words: &["BPC"],
        text: "\
BPC: branch point of cycles, where another branch of cycles of about the same period crosses
  With a symmetry: a cycle that has it loses it, and the branch that crosses consists of the two
  that have lost it, one the image of the other.
  What can start there: cycle, the branch that crosses, in the same free parameter.

    [[branch]]
    name = \"asymmetric\"
    kind = \"cycle\"
    from = \"cycles/BPC1\"
    free = { V_in = [0.0, 10.0] }
",
    },
];

const QUANTITIES: &[Entry] = &[
    Entry {
        words: &["a"],
        text: "\
a: quadratic coefficient
  At LP: a = 1/2 <p, B(q,q)> with A q = 0, A' p = 0, |q| = 1, <p,q> = 1; B holds the second
  derivatives without factorials. On the centre manifold y' = a y^2 + ... at the fold. Its sign
  depends on the direction of q, so only a = 0 (cusp) or not tells something.
  At BT: a = 1/2 p1 B(q0,q0) (`hopfold explain BT`).
",
    },
    Entry {
        words: &["re_c1"],
        text: "\
re_c1: real part of the cubic coefficient at a Hopf point (what MatCont prints)
  re_c1 = 1/2 Re <p, C(q,q,q*) + B(q*, (2 i omega - A)^-1 B(q,q)) - 2 B(q, A^-1 B(q,q*))>
  with A q = i omega q, A' p = -i omega p, |q| = 1, <p,q> = 1; q* is the conjugate of q; B and C
  hold the second and third derivatives without factorials. Negative: supercritical; positive:
  subcritical. l1 = re_c1 / omega.
",
    },
    Entry {
        words: &["l1", "lyapunov"],
        text: "\
l1: first Lyapunov coefficient of a Hopf point (Kuznetsov's, AUTO's)
  l1 = re_c1 / omega. Negative: supercritical, a stable cycle is born if nothing else is
  unstable and its size grows like the square root of the distance. Positive: subcritical, the
  cycle is unstable.
  The value depends on |q| = 1, the sign does not. Zero: a Bautin point (GH).
",
    },
    Entry {
        words: &["c"],
        text: "\
c: cubic coefficient of a cusp
  c = 1/6 <p, C(q,q,q) + 3 B(q,h2)>, A h2 = 2 a q - B(q,q), at CP where a = 0; y' = c y^3 + ...
  . c < 0: of three equilibria the outer ones are stable along q; c > 0: the middle one. c = 0:
  swallowtail.
  At PD: on the centre manifold x' = c x^3 + ... with <v,v> = 1, the mean over the period, for the
  critical function v with v(T) = -v(0); in 1/(time state^2). c < 0: supercritical (Kuznetsov,
  Govaerts, Doedel & Dhooge 2005, and Iooss's normal form with time in units of the period).
",
    },
    Entry {
        words: &["b"],
        text: "\
b: second coefficient of a Bogdanov-Takens point
  b = p0 B(q0,q0) + p1 B(q0,q1); see `hopfold explain BT`. With y1' = y2, y2' = a y1^2 + b y1 y2
  + ..., the sign of a b tells whether the cycles near by are stable.
  At LPC: on the centre manifold x' = b x^2 + ..., where x is the relative change of the period: of
  cycles beside the fold, d ln(mu)/d ln(T) = 2 b T for the multiplier mu that is 1 there; in 1/time
  (Kuznetsov, Govaerts, Doedel & Dhooge 2005).
",
    },
    Entry {
        words: &["re_d"],
        text: "\
re_d: real part of the cubic coefficient of a torus point (NS)
  On the centre manifold z' = i theta/T z + d z |z|^2 + ... with <q,q> = 1, the mean over a period,
  for the critical function q with q(T) = exp(i theta) q(0); in 1/(time state^2). Negative:
  supercritical, the torus is stable if nothing else is unstable; positive: subcritical. Kuznetsov,
  Govaerts, Doedel & Dhooge, SIAM J. Numer. Anal. 43 (2005) 1407.
",
    },
    Entry {
        words: &["omega", "frequency", "period"],
        text: "\
omega: frequency at a Hopf point
  The imaginary part of the critical eigenvalues, in radians per unit of time; the period is 2
  pi / omega. A column on Hopf curves; it goes to 0 at a BT point and is 0 where the curve goes
  on as one of neutral saddles (`hopfold explain kappa`).
",
    },
    Entry {
        words: &["kappa"],
        text: "\
kappa: square of the frequency on a Hopf curve, kappa = omega^2
  The critical eigenvalues solve mu^2 + kappa = 0. kappa > 0: Hopf points with omega =
  sqrt(kappa). kappa = 0: a BT point. kappa < 0: beyond BT the curve goes on as one of neutral
  saddles with the real eigenvalues +- sqrt(-kappa); it is no bifurcation there.
",
    },
    Entry {
        words: &["unstable", "re_", "im_"],
        text: "\
unstable: how many eigenvalues have a positive real part at a point
  0 is stable. A column of the CSV files. The eigenvalues themselves are the columns re_1, im_1,
  re_2, im_2, ..., sorted by falling real part. On fold and Hopf curves the critical eigenvalues
  are not counted.
",
    },
];

const KINDS: &[Entry] = &[
    Entry {
        words: &["equilibrium", "equilibria"],
        text: "\
equilibrium: a branch of solutions of f(x, p) = 0 in one free parameter
  Reports LP, BP, H, NSA, UZ, EP. Starts from a guess of the states, or `from` a point of
  another branch.

    [[branch]]
    name = \"rest\"
    kind = \"equilibrium\"
    start = { V = 0.0 }
    free = { V_in = [0.0, 8.0] }
",
    },
    Entry {
        words: &["fold"],
        text: "\
fold: a curve of folds (LP) in two free parameters
  Reports CP, BT, ZH, DBP, UZ, EX, EP. Starts `from` an LP on a branch of equilibria, or a CP or
  BT.

    [[branch]]
    name = \"fold\"
    kind = \"fold\"
    from = \"rest/LP1\"
    free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }
",
    },
    Entry {
        words: &["hopf"],
        text: "\
hopf: a curve of Hopf points (H) in two free parameters
  Reports BT, GH, ZH, HH, UZ, EX, EP, and has the column omega. Starts `from` an H on a branch
  of equilibria, or a BT.

    [[branch]]
    name = \"hopf\"
    kind = \"hopf\"
    from = \"rest/H1\"
    free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }
",
    },
    Entry {
        words: &["branch-point"],
        text: "\
branch-point: a curve of branch points (BP) of equilibria in two free parameters
  Transcritical points or pitchforks, as long as both parameters keep the symmetry or the invariant
  set that makes branches cross; where they part, the branch ends and says so.
  Reports DBP, BT, ZH, UZ, EX, EP. Starts `from` a BP on a branch of equilibria, or a DBP.

    [[branch]]
    name = \"crossing\"
    kind = \"branch-point\"
    from = \"rest/BP1\"
    free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }
",
    },
    Entry {
        words: &["cycle", "cycles", "limit-cycle"],
        text: "\
cycle: a branch of cycles (periodic orbits) in one free parameter
  Reports H (where the cycles shrink to a Hopf point and end), LPC, PD, NS, BPC, UZ, EX, EP.
  Starts `from` an H on any branch, from a PD of a branch of cycles (the cycle of twice the
  period), from a BPC of one in the same free parameter (the branch that crosses), or from another
  point of one, in the same or another free parameter.

    [[branch]]
    name = \"cycles\"
    kind = \"cycle\"
    from = \"rest/H1\"
    free = { V_in = [0.0, 10.0] }

  Columns: period; V_min, V_max, V_span and V_mean of each state V, of the polynomials and not
  of their values at nodes; the multipliers re_mu_1, im_mu_1, ..., the trivial one first, the
  others by falling size, and ln_mu_1, ..., the logarithms of their sizes, for those too small
  for a number; trivial_error, the distance of the trivial multiplier from 1; liouville_error,
  that of the sum of all ln_mu from the integral of the divergence.
  Special points have their profile in results.json. Where the period grows without bound the
  branch ends (`hopfold explain homoclinic`). `intervals` and `degree` in [settings] say how fine
  the mesh is; it moves to where the cycle is steep.
",
    },
    Entry {
        words: &["cycle-fold"],
        text: "\
cycle-fold: a curve of folds of cycles (LPC) in two free parameters
  Reports CPC, R1, LPPD, LPNS, GH (where the cycles shrink to nothing, and the curve ends), UZ, EX,
  EP. Starts `from` an LPC on a branch of cycles, or a CPC, R1, LPPD or LPNS; or from a GH on a
  curve of Hopf points. Columns: those of cycles (`hopfold explain cycle`), and b.

    [[branch]]
    name = \"folds\"
    kind = \"cycle-fold\"
    from = \"cycles/LPC1\"
    free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }
",
    },
    Entry {
        words: &["period-doubling"],
        text: "\
period-doubling: a curve of period doublings (PD) of cycles in two free parameters
  Reports GPD, R2, LPPD, PDNS, UZ, EX, EP. Starts `from` a PD on a branch of cycles, or a GPD, R2,
  LPPD or PDNS. Columns: those of cycles (`hopfold explain cycle`), and c.

    [[branch]]
    name = \"doublings\"
    kind = \"period-doubling\"
    from = \"cycles/PD1\"
    free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }
",
    },
    Entry {
        words: &["torus", "tori"],
        text: "\
torus: a curve of torus points (NS) of cycles in two free parameters
  Reports CH, R1, R2 (where it ends), R3, R4, LPNS, PDNS, NSNS, ZH and HH (where the cycles shrink
  to nothing, and it ends), UZ, EX, EP. Starts `from` an NS on a branch of cycles, or a CH, R1, R2,
  R3, R4, LPNS, PDNS or NSNS; or from an HH or a ZH on a curve of Hopf points (a ZH on one of folds,
  too).
  Columns: those of cycles (`hopfold explain cycle`), re_d, and theta, the angle of the multipliers.

    [[branch]]
    name = \"tori\"
    kind = \"torus\"
    from = \"cycles/NS1\"
    free = { V_in = [0.0, 10.0], R_n = [0.0, 10.0] }
",
    },
];

const KEYS: &[Entry] = &[
    Entry { words: &["title"], text: "title: a line for people, printed above the table\n" },
    Entry {
        words: &["model"],
        text: "\
model: which equations, and values of parameters for the whole study
  `hopfold models` lists the models. Equations of your own stand in [model.equations] (`hopfold
  explain equations`), or in a file of their own: `file = \"models/mine.toml\"`, a path relative to
  the study.

    [model]
    name = \"memristive-neuron\"
    parameters = { R_n = 5.0, Gamma = 0.1 }
",
    },
    Entry {
        words: &["equations", "define", "integers"],
        text: "\
equations, define, integers: a model of your own, as text
  In [model.equations] a line `x = \"...\"` is x' = ...; the order is that of the states. Then
  `parameters` declares the parameters with their values. [model.define] names parts of the
  equations, `rate = \"...\"`, and functions, `\"rate(u)\" = \"...\"`. [model.integers] declares
  integers for indices: `\"u[i = 1..N]\" = \"...u[i]...\"`. A key with brackets or parentheses needs
  quotes.
  A file that holds a model has title, description, source, and the tables [parameters] (a
  number, or `{ value = 1.0, meaning = \"...\", unit = \"...\" }`), [states] (meanings), [equations],
  [define] and [integers]. `hopfold models FILE.toml` prints it.

    [model]
    parameters = { A = 1.0, B = 1.0 }
    [model.equations]
    x = \"A - (B + 1)*x + rate(x, y)\"
    y = \"B*x - rate(x, y)\"
    [model.define]
    \"rate(u, v)\" = \"u^2*v\"
    [[branch]]
    name = \"rest\"
    kind = \"equilibrium\"
    start = { x = 1.0, y = 0.5 }
    free = { B = [0.5, 4.0] }
",
    },
    Entry {
        words: &["settings"],
        text: "\
settings: how curves are traced; each is optional
  step, min_step, max_step, max_points, tolerance, max_newton, eigenvalues: `hopfold explain` tells
  about each.

    [settings]
    max_step = 0.01
",
    },
    Entry {
        words: &["branch"],
        text: "\
branch: one curve of solutions, or a family of curves
  name, kind, free are needed; start or from, parameters, mark, family, optional are not.

    [[branch]]
    name = \"rest\"
    kind = \"equilibrium\"
    start = { V = 0.0 }
    free = { V_in = [0.0, 8.0] }
",
    },
    Entry {
        words: &["name"],
        text: "\
name: what a block is called; its table is written to NAME.csv
  Letters, digits, `-`, `_`, `.`; branches and functions must have different names.
",
    },
    Entry {
        words: &["kind"],
        text: "\
kind: of a branch, equilibrium, fold, hopf, branch-point or cycle; of a figure, plane, surface,
  space, map or diagram
",
    },
    Entry {
        words: &["start", "guess"],
        text: "\
start: a guess of states, and the value of the free parameter at which to start
  Newton's method goes on from the guess, so it need not be exact; states that are not given are
  searched for. The parameter starts at its value in the model if that is in the range, else at
  the low end. In `u = 0.5` an array stands for all its elements, of which some can have a value of
  their own beside it, as in `\"u[(N + 1)/2]\" = 1.0`.

    start = { V = 0.0, V_in = 0.0 }

  \"all\" starts at every equilibrium between the bounds of `box` (`hopfold explain all`).
",
    },
    Entry {
        words: &["all", "box", "survey", "certain"],
        text: "\
all: start = \"all\" finds every equilibrium at the low end of the range and follows each
  The states are searched between the bounds of `box`. Interval arithmetic proves of ever smaller
  parts of the box that they hold none or exactly one, so the table says `all 3 equilibria:
  proved`, or which regions are not settled: about a multiple equilibrium (a fold or branch point
  at this very value) there always is a small one, whose equilibrium is `not certain`. With more
  than 64 states, and where the work allowed does not do, Newton's method starts all over the box
  instead, which is no proof.
  The branches are NAME[1], NAME[2], ... in the order of their first state; an equilibrium through
  which an earlier branch passes has no branch of its own. Another branch starts `from` a point
  like \"rest[2]/H1\"; a figure shows all of them as \"rest\". States that the model itself limits
  need no range in `box`.
  What next: a narrower box; another low end of the range, where an equilibrium is multiple.

    start = \"all\"
    box = { V = [-20.0, 20.0] }
",
    },
    Entry {
        words: &["from", "near", "type", "label"],
        text: "\
from: the special point at which a branch starts, on a branch above
  A label counts from the low end of the range, so it changes when the range does; `near` does
  not. The parameters are those of the point. From a family, the block is a family over the same
  values.

    from = \"rest/H1\"
    from = { branch = \"rest\", type = \"H\", near = { V_in = 3.3 } }
    from = \"hopf[Z_T=0.5]/BT1\"           # one member of a family
",
    },
    Entry {
        words: &["free"],
        text: "\
free: the parameters that vary along the branch, each with its range
  One for equilibria, two for fold, hopf and branch-point. The branch ends exactly at the bounds.

    free = { V_in = [0.0, 8.0] }
",
    },
    Entry {
        words: &["parameters"],
        text: "\
parameters: values of parameters, in [model] for the whole study, in a block for the block
  A branch that starts `from` a point has the parameters of the point.

    parameters = { Z_T = 0.5 }
",
    },
    Entry {
        words: &["mark"],
        text: "\
mark: values of a free parameter at which the branch gets a point with the label UZ

    mark = { V_in = [1.0, 2.0] }
",
    },
    Entry {
        words: &["family", "member", "to", "count"],
        text: "\
family: one branch for each value of a parameter
  The members are called NAME[PARAMETER=VALUE]. A branch `from` a family is a family over the
  same values.

    family = { Z_T = [0.1, 0.5, 1.0] }
    family = { Z_T = { from = 0.1, to = 1.0, count = 10 } }
",
    },
    Entry {
        words: &["optional"],
        text: "\
optional: if the branch cannot start, this is a note and not a failure
  For families of which some members have no such point.

    optional = true
",
    },
    Entry {
        words: &["function", "of", "points", "range"],
        text: "\
function: a function of the model, tabulated
  `range` is that of its variable, `points` the number of rows (401). `hopfold models NAME`
  lists the functions.

    [[function]]
    name = \"elements\"
    of = \"conductance-elements\"
    range = [-2.0, 2.0]
",
    },
    Entry {
        words: &[
            "figure", "file", "size", "x", "y", "z", "column", "legend", "labels", "texts", "view", "text", "at",
            "scale",
        ],
        text: "\
figure: an SVG of branches, families and functions
  file     a bare name goes beside the results; one with a folder, from where hopfold is called
  kind     plane, surface (with z, and view = [azimuth, elevation] in degrees), space (`hopfold
           explain space`), map (`hopfold explain heat-map`) or diagram (`hopfold explain diagram`)
  x, y, z  a column, or { column = \"V_in\", label = \"bias\", range = [0.0, 8.0], scale = \"log\" }
           with the scale linear or log
  show     names of blocks (`hopfold explain show`);  lines (`hopfold explain lines`)
  texts    [{ at = [1.0, 2.0], text = \"oscillations\" }]
  title, size = [width, height] in mm, legend = true, labels = true (names of special points)
  Columns are the free parameters, states, outputs, eigenvalues re_1, im_1, ..., and omega on
  Hopf curves; parameters that are held fixed can be asked for too.

    [[figure]]
    file = \"rest.svg\"
    x = \"V_in\"
    y = \"V\"
    show = [\"rest\"]
",
    },
    Entry {
        words: &["heat-map", "empty"],
        text: "\
heat-map: a figure of kind map, a quantity over two parameters in colours, with curves over it
  map       the name of a [[map]] over two parameters
  quantity  one of its quantities, or { column = \"V_span\", label = \"…\", range = …, scale = \"log\" }
  x, y      its parameters        show   curves of the same plane, if any; they get a white rim
  empty     what the legend says of cells without a value, which are hatched; failed cells have a
            colour of their own, and what else the map says of cells (coexisting, …) outlines them
  A map over one parameter is a curve: its name goes into `show` of a plane figure.

    [[figure]]
    file = \"span.svg\"
    kind = \"map\"
    map = \"span\"
    quantity = \"V_span\"
    x = \"Gamma\"
    y = \"Z_T\"
    show = [\"hopf\"]
",
    },
    Entry {
        words: &["space", "sphere"],
        text: "\
space: a figure of kind space, three columns in perspective as curves
  x, y, z  the columns; view = [azimuth, elevation] in degrees, from where they are seen
  sphere   a sphere of this radius about the origin, made of glass; all axes then have the same unit
           of length, and show the whole sphere unless a range is given
  A surface is such a figure too, with a family of branches as a sheet (style = \"surface\").

    [[figure]]
    file = \"bloch.svg\"
    kind = \"space\"
    x = \"X\"
    y = \"Y\"
    z = \"Z\"
    sphere = 1.0
    show = [\"cycles/UZ1\"]
",
    },
    Entry {
        words: &["profile", "profiles", "periods", "time-series", "phase-portrait"],
        text: "\
profiles: cycles drawn by themselves, in time or in the space of states
  Every special point of a branch of cycles keeps its cycle, and a branch can keep more of them:
  in [[branch]], profiles = 12 keeps so many, about evenly spaced along the branch. Cycles at
  chosen values of the parameter are those of `mark`, UZ1, UZ2, ...
  In `show`, \"BRANCH/LABEL\" is the cycle of a special point, and profiles = true draws all that a
  branch keeps, in colours that tell the parameter. Their columns are t (time), phase (time in
  periods) and the states; everything that the branch says of the cycle is constant along it.
  periods = 3 shows so many of them. They are written to NAME.profiles.csv, a row a node.

    [[branch]]
    name = \"cycles\"
    kind = \"cycle\"
    from = \"rest/H1\"
    free = { V_in = [0.0, 6.0] }
    mark = { V_in = [1.73] }
    profiles = 12

    [[figure]]
    file = \"time.svg\"
    x = \"t\"
    y = \"V\"
    show = [{ block = \"cycles/UZ1\", periods = 3 }]

    [[figure]]
    file = \"portraits.svg\"
    x = \"X\"
    y = \"V\"
    show = [{ block = \"cycles\", profiles = true }]
",
    },
    Entry {
        words: &["diagram", "diagrams", "region", "regions"],
        text: "\
diagram: a figure of critical curves in the plane of two parameters, regions shaded
  x, y  the two parameters, each with its range; else that of the first curve
  show  the curves: each is traced in all of the plane, with the same other parameters
  box   ranges of the states, in which the equilibria are counted
  Each region is labelled with the number of equilibria and, in brackets, of stable ones: 3 (2).
  Between the curves these numbers cannot change. They are counted at several points of each
  region, proved as for start = \"all\"; where two of them disagree the run fails and says where:
  a curve is missing, or an equilibrium leaves the box. The part of a Hopf curve that is one of
  neutral saddles is thin, grey and dashed; nothing changes there.

    [[figure]]
    file = \"plane.svg\"
    kind = \"diagram\"
    x = { column = \"V_in\", range = [0.0, 10.0] }
    y = { column = \"R_n\", range = [0.0, 10.0] }
    show = [\"fold\", \"hopf\"]
    box = { V = [-30.0, 30.0] }
",
    },
    Entry {
        words: &["show", "block", "style", "colour", "jumps"],
        text: "\
show: what a figure draws: names of blocks, or tables; \"BRANCH/LABEL\" is the profile of a cycle
  label   entry in the legend          colour  number in the palette
  style   line, region (shaded to the edge), surface (a family, in a surface figure)
  mark    types of special points      jumps   arrows from folds to the stable part of the branch
  x, y    columns of this block in place of the figure's
  profiles, periods  the cycles that a branch keeps (`hopfold explain profiles`)

    show = [\"rest\", { block = \"hopf\", style = \"region\", label = \"oscillations\" }]
",
    },
    Entry {
        words: &["lines", "line", "vertical", "horizontal", "circle", "through", "and"],
        text: "\
lines: straight lines and circles in a figure, each with label and colour if wanted

    lines = [
      { vertical = 2.0, label = \"V_in = 2\" },
      { horizontal = 0.0 },
      { circle = 1.0 },
      { from = [0.0, 0.0], to = [1.0, 2.0] },
      { through = \"rest/LP1\", and = [\"V_in\", 0.0] },
    ]

  The last goes through the point and a second place, each of whose coordinates is a number or a
  quantity of the point.
",
    },
    Entry {
        words: &["expect", "point", "value", "source", "misprint"],
        text: "\
expect: what is known of a point; `hopfold check` compares and exits with 1 if it is not so
  A misprint (the reason as text) is shown and counts neither as a pass nor as a failure.

    [[expect]]
    point = \"rest/LP1\"
    value = { V_in = 5.4501 }
    tolerance = 5e-5
    source = \"Sec. III\"

  A cell of a map is named by its values, point = \"span[V_in=1.0, Gamma=0.1]\".
",
    },
    Entry {
        words: &["set", "--set"],
        text: "\
--set KEY=VALUE: replaces a value of the study from the command line; the value is TOML
  Branches, maps and functions are found by their names.

    hopfold run study.toml --set model.parameters.R_n=6 --set 'branch.rest.free.V_in=[0, 5]'
",
    },
    Entry {
        words: &[
            "simulation",
            "until",
            "method",
            "perturb",
            "atol",
            "dop853",
            "radau5",
            "auto",
            "steady",
            "periodic",
            "contraction",
        ],
        text: "\
simulation: a solution in time, from given states, a point of a branch, or a cycle
  start      every state at the beginning; one that is left out is an error, and not 0
  from       \"BRANCH/LABEL\": a special point; perturb = { V = 1e-3 } adds to its states
  time       how long, after a transient that is thrown away
  until      steady: it ends on a point; periodic: on a cycle or a point
  method     dop853 (order 8), radau5 (implicit, for stiff equations), auto: the first until
             stability limits its steps
  rtol, atol error of a step: atol + rtol |x|

    [[simulation]]
    name = \"run\"
    start = { V = 0.1, Z = 1.0, X = 0.0, Y = 0.0 }
    time = 1000.0
    until = \"periodic\"

  It has settled on a point where the Newton step, which is the distance to the equilibrium, is
  within ten errors; where linear quantities are conserved, such as the sum of concentrations in a
  closed tank, to the equilibrium with the same ones (up to 64 states). It has settled on a cycle
  where maxima of one state return to where they were, and what is still to come of the approach is
  within ten errors. Then extrema and means are those of the point, or of one period; else of all
  the time after the transient. Extrema are where the rate is zero.
  A branch of cycles can start from = \"run\", or at start = { x = 1.0, y = 0.0, period = 6.3 }.
  `point = \"run\"` in [[expect]] compares V_min, V_max, V_span, V_mean, period, omega, …
",
    },
    Entry {
        words: &["ramp", "rate", "jump", "delay", "begins", "ends"],
        text: "\
ramp: in a simulation, a parameter that moves from value to value at a constant rate
  ramp = { V_in = [0.0, 10.0, 0.0] }, rate = 1e-3; a transient is spent at the first value
  branch = \"rest\" names the branch of equilibria whose folds explain the jumps, and whose Hopf
  points the beginnings and ends of oscillations

  A jump is where the state would cover its span in less than a tenth of the way. After a fold it
  comes late by Omega_0 (rate^2/|a b|)^(1/3), to leading order, with Omega_0 = 2.338107 (minus the
  first zero of Airy's Ai), a the coefficient of the fold and b = <p, f_lambda>.
  After a Hopf point the oscillation begins late: the solution first goes away from the equilibrium
  for as long as it had come nearer to it. So it depends on how near that was, and where the
  solution falls below `atol` on the tolerance; a smaller atol tells.
  `point = \"NAME\"` in [[expect]] compares jump_1, delay_1, predicted_1, begins_1, ends_1, …
",
    },
    Entry {
        words: &["spectrum", "window", "hann", "blackman-harris", "rectangle", "harmonic"],
        text: "\
spectrum: the power spectral density of a state, spectrum = { of = \"V\", window = \"hann\" }
  S(omega) is one-sided over the angular frequency: its integral is the variance. Peaks lie between
  samples, by a parabola through three logarithms; 1 is the highest, and 2, 3, … are its multiples.
  In figures it is \"NAME/spectrum\" with columns omega and S; it is written to NAME.spectrum.csv.
  window: hann; blackman-harris, whose side lobes are lower and whose peaks are wider; rectangle
",
    },
    Entry {
        words: &["optimum", "optima", "over", "goal", "maximum", "minimum", "starts"],
        text: "\
optimum: where a quantity of a cycle or an equilibrium is greatest, or least, over parameters
  `of` is a column of the branch on which `from` is (V_span, period, a state, ...), `over` says
  which parameters are varied between which bounds, `goal` is \"maximum\", the default, or
  \"minimum\".
  The known solution at `from` is continued along straight lines in the space of the parameters;
  where it ends on the way, as a cycle does in a Hopf point, there is no value, and the step is
  refused. States of equilibria, and of cycles period, minima, maxima, spans and means have
  derivatives that are exact to rounding, and BFGS is the method; other quantities have none, and
  the method is Nelder and Mead's. Both find the nearest optimum: there are `starts`, 8 if it is
  not said, at the known solution and at points that fill the ranges evenly. The table tells how
  many of them agree, where the others ended, what bounds are active, and what derivatives are left.
  What is found is an optimum of the solutions that can be followed from the known one, stable or
  not; it is no proof that there is no greater one.

    [[branch]]
    name = \"oscillation\"
    kind = \"cycle\"
    from = \"rest/H1\"
    free = { V_in = [0.0, 6.0] }
    mark = { V_in = [2.0] }
    [[optimum]]
    name = \"largest\"
    of = \"V_span\"
    from = \"oscillation/UZ1\"
    over = { Gamma = [0.01, 1.0], alpha = [0.01, 2.0] }
    [[expect]]
    point = \"largest\"
    value = { V_span = 0.15 }
    tolerance = 0.01
",
    },
    Entry {
        words: &[
            "physical",
            "si",
            "units",
            "m",
            "Omega_p",
            "q",
            "L",
            "x_0",
            "lambda",
            "R_0",
            "R_ext",
            "C_ext",
            "V_ext",
            "T",
            "gamma_phi",
            "gamma_T",
            "Delta_Omega",
        ],
        text: "\
physical: the memristive neuron by its device and its circuit, all in SI units
  m, q       mass and charge of the particle       Omega_p    its angular frequency
  L          half the gap                          x_0        rest position, from the middle
  lambda     tunnelling length                     R_0        least resistance of the device
  R_ext      external resistance                   C_ext      capacitance
  V_ext      applied bias                          T          temperature, in K
  gamma_phi  rate of pure dephasing                gamma_T    rate of relaxation (<= 2 gamma_phi)
  Delta_Omega  detuning of the third level
  All of them are needed, and they take the place of `parameters`. The model then has these
  parameters, to be free, varied or given to a branch: V_ext in volts, T in kelvin, R_ext in ohms,
  with all that depends on them. What follows from them is no parameter: V_in, R_n, Z_T =
  tanh(hbar Omega_p / 2 k_B T), Gamma, alpha and Omega are columns of equilibria and critical
  curves; l, x_0/L and lambda/L are told once.
  States stay dimensionless, time is in units of R_ext C_ext. Beside them equilibria and critical
  curves have `V_m [V]` and `I_m [A]`, cycles `period [s]`, `frequency [Hz]`, `V_m_min [V]`,
  `V_m_max [V]`, `V_m_span [V]` and `V_m_mean [V]`, Hopf points `period [s]` and
  `frequency [Hz]`: columns like all others, in figures as they are, in [[expect]] within quotes.
  Two levels suffice where Delta_Omega is much greater than gamma_phi + gamma_T: the table tells
  the ratio, and below 10 there is a warning. The third level must not be occupied either: the
  table tells its thermal population over that of the second. hbar and k_B are exact since 2019
  (SI brochure).
  `hopfold models memristive-neuron-si` lists domains and columns.

    [model]
    name = \"memristive-neuron\"
    [model.physical]
    m = 1.67e-27
    q = 1.602176634e-19
    Omega_p = 1.58e12
    L = 4.0e-10
    x_0 = 3.2e-10
    lambda = 5.2e-11
    R_0 = 1.0e5
    R_ext = 5.0e5
    C_ext = 8.9e-18
    V_ext = 0.0
    T = 0.1
    gamma_phi = 2.2e10
    gamma_T = 2.2e10
    Delta_Omega = 1.0e12
    [[branch]]
    name = \"rest\"
    kind = \"equilibrium\"
    free = { V_ext = [0.0, 0.03] }
",
    },
    Entry {
        words: &[
            "map",
            "maps",
            "grid",
            "quantity",
            "by",
            "reach",
            "coexisting",
            "unknown",
            "unsettled",
            "transient",
            "time",
            "rtol",
        ],
        text: "\
map: quantities over a grid of one or two parameters, a number in each cell
  grid      one or two parameters with their values, even or listed, in rising order
  quantity  period, V_span, V_min, V_max, V_mean, re_mu_2, … of the cycle; V, re_1, im_1, … of the
            equilibrium; equilibria, stable_equilibria, cycles, stable_cycles: how many there are
  start     a guess of states at the low end of each row; \"all\" finds every equilibrium in `box`
            at either end
  reach     how far rows go beyond the grid to meet Hopf points: { V_in = [-1.0, 6.0] }
  from      a cycle of a branch above, where no row meets a Hopf point
  by        continuation, or simulation: then each cell is followed in time, from the state `start`,
            which has a value for every state, until it settles on a point or cycle; `transient` is
            thrown away before, and after `time` more it is given up (unsettled)

    [[map]]
    name = \"span\"
    grid = { V_in = { from = 0.0, to = 4.0, count = 41 }, Gamma = [0.1, 0.2, 0.3] }
    quantity = [\"V_span\", \"period\"]

  Rows run along the first parameter, and each solution of a row is a branch: equilibria from the
  start, cycles from the Hopf points on these. Where a row has more cycles than the next, a cycle
  is followed over the second parameter into the rows beyond, so that rows all in a region of
  oscillation have theirs. Closed branches that no Hopf point and no neighbour leads to are not
  found.
  A cell shows the stable cycle with the largest span; without a stable cycle a stable equilibrium,
  with every span 0. The word beside it says
    coexisting  more than one solution is stable: from where one starts decides which is seen
    unstable    nothing is stable, and the cycle that is shown is unstable
    unknown     nothing stable was found, and no cycle
    failed      a branch stopped before it came here; the reason is in results.json
  Rows are computed in parallel, by simulation cells; a map by continuation over one parameter is
  one row, whose branches follow one another on one thread.
  Finished rows or cells are kept beside the results until these are written: a run that was ended
  by Ctrl-C or killed goes on where it was when the same command is given again, and ends the same
  to the last bit.
",
    },
];

const SETTINGS: &[Entry] = &[
    Entry {
        words: &["step"],
        text: "\
step: length of the first step, in scaled arclength (1 is about the whole range)
  Default 0.01, and never more than max_step. Later steps follow from how well Newton's method
  does and how much the curve turns.
",
    },
    Entry {
        words: &["min_step"],
        text: "min_step: a branch stops when it needs a smaller step, in scaled arclength\n  Default 1e-9.\n",
    },
    Entry {
        words: &["max_step"],
        text: "\
max_step: no step is longer, in scaled arclength (1 is about the whole range)
  Default 0.05.
  Make it smaller when a branch misses a detail or jumps to another branch.
",
    },
    Entry {
        words: &["max_points"],
        text: "max_points: a branch stops after so many points in each direction\n  Default 10000, at most 1000000.\n",
    },
    Entry {
        words: &["tolerance"],
        text: "\
tolerance: in [settings], a point is accepted when its scaled residual is smaller
  Default 1e-12, near what rounding errors allow; a larger one for a model that is computed less
  exactly.
  In [[expect]], the greatest difference |computed - expected| that is accepted: half a unit of
  the last printed digit is honest, 5e-5 for 5.4501.
",
    },
    Entry {
        words: &["eigenvalues"],
        text: "\
eigenvalues: how many are found of a chain, those near the imaginary axis
  Default 12. Where each equation couples a few neighbours only, as in a chain of cells, finding all
  of many eigenvalues would take longer than everything else. Those nearest to a point on the right
  of the imaginary axis are found, re_1, im_1, ... in the CSV. A fast oscillation can be missed if
  many slow eigenvalues lie before it: ask for more. Other models yield all eigenvalues.
",
    },
    Entry {
        words: &["intervals"],
        text: "\
intervals: how many the mesh of a cycle has
  Default 40; twice as many on the branch of a cycle of twice the period. The mesh moves to
  where the cycle is steep. The error of the period falls with the eighth power of the number
  (with degree = 4): compute with twice as many to see how far it may be trusted.
",
    },
    Entry {
        words: &["degree"],
        text: "\
degree: of the polynomials on each interval of a cycle's mesh
  Default 4, from 2 to 7. Errors fall like the length of the intervals to the power degree + 1,
  and to the power 2 degree at their ends, in the period and in the multipliers.
",
    },
    Entry {
        words: &["max_newton"],
        text: "max_newton: Newton steps that one correction may take before the step is halved\n  Default 8.\n",
    },
];

const OUTCOMES: &[Entry] = &[
    Entry {
        words: &["unresolved"],
        text: "\
unresolved: the number of unstable eigenvalues changes and no special point explains it
  A point was missed, or two lie close together. The study exits with 1, since the picture is
  incomplete.
  What next: a smaller max_step; a look at the eigenvalues re_1, im_1, ... in the CSV file near
  the values named.

    [settings]
    max_step = 0.002

  `coefficient not resolved` at an LPC or a PD: the point is right, but the critical functions of
  its cycle are not known where they are smaller than elsewhere by many orders of magnitude. More
  intervals, or a higher degree, resolve them, if double precision does.
",
    },
    Entry {
        words: &["bound"],
        text: "bound: the branch reached an end of a free parameter's range, and ends exactly there\n  What next: a wider range in `free`, if there is more to see.\n",
    },
    Entry {
        words: &["closed"],
        text: "closed: the branch returned to its first point; it is an isola or a closed curve, and complete\n",
    },
    Entry {
        words: &["terminus"],
        text: "\
terminus: the branch ends in a solution of another kind, at the special point that comes last
  Cycles shrink to an equilibrium at an H, a GH, a ZH or an HH; those of twice the period close up
  after half of it at a PD; curves of tori end where the multipliers leave the unit circle, at an R1
  or an R2. To go on, start another branch `from` that point.
",
    },
    Entry {
        words: &["stopped"],
        text: "\
stopped: the branch could not go on, even with the smallest step
  The solution may cease to exist (an edge of the model's domain), or be singular there (Gamma =
  0).
  What next: look at the last points; a smaller min_step, another max_newton, or another range.
",
    },
    Entry {
        words: &["imperfect"],
        text: "\
imperfect: branches that cross part, where a curve of branch points ends
  A free parameter breaks the symmetry or the invariant set that makes them cross: for each of its
  other values they avoid each other. The study exits with 1, since such a curve cannot go on.
  What next: free parameters that keep it; or a fold curve, from a fold of the branches that parted.
",
    },
    Entry {
        words: &["endless"],
        text: "\
endless: the branch goes on while its free parameters stay the same, to ten digits of their range
  It runs to infinity, as where a state grows while a parameter goes to zero; or it stands straight
  up, as where the parameter does not act on the equations. No other value of the parameter lies on
  it. Look at the last rows of its CSV.
",
    },
    Entry {
        words: &["homoclinic"],
        text: "\
homoclinic: the cycles come near to a homoclinic orbit, or to a loop of several equilibria
  The period grows without bound, and most of it is spent in one place, while the free parameters
  stay the same to nine digits: there the orbit is. Points beyond would say nothing new.
",
    },
    Entry {
        words: &["not-isolated"],
        text: "\
not-isolated: the cycles go on at one value of the free parameter, where a second multiplier is 1
  Those of a linear or a conservative oscillator have all amplitudes there: they are not isolated.
  No other value of the parameter lies on the branch, but others may cross it at a BPC.
",
    },
    Entry {
        words: &["lost"],
        text: "\
lost: the curve ends where the critical multiplier cannot be told from rounding errors
  Neighbours of the cycle are repelled by many orders of magnitude before they are attracted, as in
  a canard explosion or near a homoclinic orbit. The points up to there are right.
  What next: a higher degree or more intervals may go further; or follow the cycles in one parameter
  near by: trivial_error says how well they are known.
",
    },
    Entry {
        words: &["max-points"],
        text: "max-points: the branch has as many points as `max_points` allows\n  What next: a greater max_points, or a greater max_step.\n",
    },
    Entry {
        words: &["failure", "failed"],
        text: "\
failure: a branch could not be computed; the table says where, what was tried, and what to change
  The other branches are computed and written all the same; the exit code is 1. For a branch
  whose start may not exist write `optional = true`.
",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_explained_by_its_type_in_any_case() {
        assert!(explain("LP3").is_ok_and(|text| text.starts_with("LP:")));
        assert!(explain("hb").is_ok_and(|text| text.starts_with("H:")));
        assert!(explain("l1").is_ok_and(|text| text.starts_with("l1:")));
        assert!(explain("c").is_ok_and(|text| text.starts_with("c:")));
    }

    #[test]
    fn an_unknown_word_has_nearest_words() {
        assert_eq!(explain("tolerence"), Err(vec!["tolerance"]));
        assert_eq!(explain("xyzzyplugh"), Err(vec![]));
    }

    #[test]
    fn no_word_is_explained_twice_and_no_line_is_long() {
        let mut seen = std::collections::HashSet::new();
        for (_, entries) in groups() {
            for entry in entries {
                entry.words.iter().for_each(|word| assert!(seen.insert(*word), "{word}"));
                entry.text.lines().for_each(|line| assert!(line.chars().count() <= 100, "{line}"));
            }
        }
    }
}
