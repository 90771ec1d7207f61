//! Many mutations in one document, told apart by aliases.

/// How many mutations a document may hold: few sizes, so that few documents exist and plan caches hit.
pub const BATCH_SIZES: [usize; 7] = [1, 2, 5, 10, 25, 50, 100];

/// The largest size that `available` mutations fill and that does not exceed `most`; at least 1.
#[must_use]
pub fn batch_size(available: usize, most: usize) -> usize {
    let limit = available.min(most);
    BATCH_SIZES.into_iter().rev().find(|&size| size <= limit).unwrap_or(1)
}

/// The alias of the mutation at `place`, from 0.
#[must_use]
pub fn alias(place: usize) -> String {
    format!("m{place}")
}

/// The variable of its input.
#[must_use]
pub fn input_variable(place: usize) -> String {
    format!("i{place}")
}

/// The variable of its condition.
#[must_use]
pub fn condition_variable(place: usize) -> String {
    format!("c{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_size_that_fits() {
        for (available, most, size) in [
            (0, 25, 1),
            (1, 25, 1),
            (3, 25, 2),
            (24, 25, 10),
            (2_000, 25, 25),
            (2_000, 1_000, 100),
            (7, 0, 1),
        ] {
            assert_eq!(batch_size(available, most), size, "{available} of at most {most}");
        }
    }
}
