//! The pause between two mutations of a record that is edited faster than it is sent.
//!
//! What is edited while the record's last mutation is on its way is one mutation in the end, which goes out with the answer. If
//! the edits go on, that is one request for each round trip: hundreds a second on a short line, of which all but the last
//! say what does not last. So such a record rests before it is sent again, longer each time as long as it goes on.

/// The first pause, in ms: no longer than a person notices.
const FIRST_MS: u64 = 8;
/// The longest, in ms.
const LONGEST_MS: u64 = 256;
/// How often the first is doubled to be as long.
const DOUBLINGS: u32 = (LONGEST_MS / FIRST_MS).ilog2();

/// Whether records rest, and how long the next pause is.
#[derive(Debug, Default)]
pub(crate) struct Rest {
    on: bool,
    /// Pauses in a row.
    rounds: u32,
}

impl Rest {
    /// A record is to rest: for how many ms, if none did yet. One that comes later rests as long as the others.
    pub(crate) fn begin(&mut self) -> Option<u64> {
        if std::mem::replace(&mut self.on, true) {
            return None;
        }
        let pause = LONGEST_MS.min(FIRST_MS << self.rounds.min(DOUBLINGS));
        self.rounds = self.rounds.saturating_add(1);
        Some(pause)
    }

    pub(crate) fn end(&mut self) {
        self.on = false;
    }

    pub(crate) fn is_on(&self) -> bool {
        self.on
    }

    /// Everything was answered, and nothing had been edited meanwhile.
    pub(crate) fn calm(&mut self) {
        if !self.on {
            self.rounds = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_until_it_is_calm() {
        let mut rest = Rest::default();
        let mut pauses = |calm: bool| {
            let pause = rest.begin();
            assert_eq!((rest.is_on(), rest.begin()), (true, None), "others join");
            rest.calm();
            rest.end();
            if calm {
                rest.calm();
            }
            pause
        };
        let grown: Vec<_> = (0..70).map(|round| pauses(round == 69)).collect();
        let mut expected: Vec<_> = [8, 16, 32, 64, 128, 256].map(Some).into();
        expected.resize(70, Some(256));
        assert_eq!(grown, expected);
        assert_eq!(pauses(false), Some(8));
    }
}
