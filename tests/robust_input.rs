//! Studies and equations that ask for more than memory or patience allow: refused, or computed, in time and in bounds.
//!
//! `fuzz/` searches for such texts; what it and those who wrote them by hand found stays here. A test that hangs fails.

use hopfold::expression::{Problem, System};
use hopfold::plan::plan;

/// The first mistake, if there is one.
fn problem(system: &System) -> Option<Problem> {
    system.compile().err().map(|mistakes| mistakes[0].problem.clone())
}

/// `u_i' = s[i]` or `s[N]`, where `s[i] = u_1 + … + u_i`.
fn sums(n: i64, text: &str) -> System {
    System::new()
        .equation("u[i = 1..N]", text)
        .definition("s[1]", "u[1]")
        .definition("s[i = 2..N]", "s[i-1] + u[i]")
        .integer("N", n)
}

#[test]
fn equations_that_depend_on_everything_are_refused_before_they_fill_the_memory() {
    for text in ["s[N]", "s[i]"] {
        assert_eq!(problem(&sums(30_000, text)), Some(Problem::TooLarge));
        let compiled = sums(1000, text).compile().unwrap();
        let entries = if text == "s[N]" { 1_000_000 } else { 500_500 };
        assert_eq!(compiled.structure().entries(), entries);
    }
}

#[test]
fn a_range_is_bounded_however_its_ends_are_written() {
    for range in ["1..1000000000", "-N..N", "1..99999*99999", "1..100000"] {
        let system = System::new().equation(&format!("u[i = {range}]"), "1").integer("N", i64::MAX);
        assert_eq!(problem(&system), Some(Problem::TooLarge), "{range}");
    }
    let many = (0..100).fold(System::new(), |system, k| system.equation(&format!("u{k}[i = 1..1000]"), "1"));
    assert_eq!(problem(&many), Some(Problem::TooLarge));
}

#[test]
fn many_components_that_do_not_meet_and_one_that_meets_all_take_no_longer_than_a_chain() {
    let apart = System::new().equation("u[i = 1..60000]", "sin(u[i])*i");
    assert_eq!(apart.compile().unwrap().pattern().unwrap().bandwidth(), 0);
    // Each pair of elements of its one long row would be looked at for the colours.
    let hub = sums(30_000, "u[i]").equation("v", "s[N]").compile().unwrap();
    assert!(hub.pattern().is_none());
}

#[test]
fn a_long_cycle_and_a_long_tower_are_refused_or_computed() {
    let cycle =
        System::new().equation("x", "a[1]").definition("a[i = 1..50000]", "a[i+1]").definition("a[50001]", "a[1]");
    assert!(matches!(problem(&cycle), Some(Problem::Cycle { names }) if names.len() == 50_002));
    let tower = System::new().equation("x", "((((x^64)^64)^64)^64)^64 + x^x^x^x").compile().unwrap();
    let mut dx = [0.0];
    tower.rhs(&[1.0], &[], &mut dx);
    assert_eq!(dx, [2.0]);
}

/// What is wrong with a study whose model is a file, said in words.
fn refused(folder: &std::path::Path, file: &str) -> String {
    let text = format!("[model]\nfile = {}\n", toml::Value::from(file));
    let mistakes = plan(&folder.join("study.toml").to_string_lossy(), &text, &[]).unwrap_err();
    mistakes.iter().map(|mistake| mistake.render(false)).collect()
}

#[test]
fn a_model_file_without_end_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    // A terabyte that takes no place on the disk.
    std::fs::File::create(folder.path().join("huge.toml")).unwrap().set_len(1 << 40).unwrap();
    assert!(refused(folder.path(), "huge.toml").contains("it is larger than 16 MB"));
    #[cfg(unix)]
    assert!(refused(folder.path(), "/dev/zero").contains("it is not a file"));
    assert!(refused(folder.path(), "no\u{1}such.toml").contains("cannot read the model"));
}
