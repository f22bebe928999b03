//! The architecture is one rule: a module uses only modules above it in the list of `src/lib.rs`.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

/// The modules of `lib.rs` in order, each with the modules it names, outside its tests.
fn uses() -> Vec<(String, Vec<String>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let list = fs::read_to_string(root.join("lib.rs")).unwrap();
    let modules: Vec<String> =
        list.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).map(String::from).collect();
    assert!(modules.len() > 10, "{modules:?}");
    let mut result = Vec::new();
    for module in &modules {
        let mut files = vec![root.join(format!("{module}.rs"))];
        let folder = root.join(module);
        if folder.is_dir() {
            files.extend(sources(&folder));
        }
        let mut used = Vec::new();
        for file in files.iter().filter(|file| file.is_file() && !file.ends_with("tests.rs")) {
            let text = fs::read_to_string(file).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            for other in &modules {
                let named = code
                    .match_indices(&format!("crate::{other}"))
                    .any(|(at, name)| !code[at + name.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'));
                if named && other != module && !used.contains(other) {
                    used.push(other.clone());
                }
            }
        }
        result.push((module.clone(), used));
    }
    result
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let uses = uses();
    let position = |name: &str| uses.iter().position(|(module, _)| module == name).unwrap();
    for (module, used) in &uses {
        println!("{module:<14} {}", used.join(", "));
        for other in used {
            assert!(
                position(other) < position(module),
                "`{module}` uses `{other}`, which stands below it in src/lib.rs"
            );
        }
    }
}

#[test]
fn the_engine_knows_no_models_and_the_figures_no_engine() {
    let uses = uses();
    let of = |name: &str| uses.iter().find(|(module, _)| module == name).unwrap().1.clone();
    assert_eq!(of("curve"), ["linalg"]);
    assert_eq!(of("trace"), ["linalg", "curve"]);
    assert_eq!(of("figure"), ["results", "regions"]);
    assert!(of("results").is_empty());
    // Plane geometry, which knows no curve's meaning.
    assert!(of("regions").is_empty());
}
