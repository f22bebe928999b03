//! With the feature `lapack`, links the system's OpenBLAS, which holds LAPACK.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_LAPACK").is_some() {
        println!("cargo::rustc-link-lib=openblas");
    }
}
