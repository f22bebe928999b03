//! What is done is written down, so that an interrupted run goes on where it was.

/// Finished parts of the work, by keys that tell everything a part depends on. Called from several threads.
pub trait Journal: Sync {
    /// What an interrupted run wrote under this key.
    fn recall(&self, key: &str) -> Option<String>;
    fn keep(&self, key: &str, text: &str);
}

/// Nothing is kept.
pub struct Forgetful;

impl Journal for Forgetful {
    fn recall(&self, _: &str) -> Option<String> {
        None
    }
    fn keep(&self, _: &str, _: &str) {}
}

/// A number for a text, the same on every machine and in every version (FNV-1a, 64 bits).
pub fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn fingerprints_are_those_of_the_published_test_suite() {
        // Fowler, Noll & Vo.
        assert_eq!([fingerprint(""), fingerprint("a")], [0xcbf2_9ce4_8422_2325, 0xaf63_dc4c_8601_ec8c]);
        assert_eq!(fingerprint("foobar"), 0x8594_4171_f739_67e8);
    }
}
