//! How many records to ask for in one page (SYNC 2.10).

/// Pages that arrive well before a larger one is tried, after the size was cut for the first time.
const GROW_AFTER: u32 = 8;
/// The most such pages: where a larger page fails again and again it is hardly tried any more.
const GROW_AFTER_MOST: u32 = 512;

/// The size of a model's pages: halved when a page is too large or takes too long, doubled again slowly.
#[derive(Debug)]
pub(crate) struct PageSize {
    /// The most that the server takes, as far as is known.
    most: usize,
    limit: usize,
    /// Pages that arrived since the size last changed.
    well: u32,
    /// Pages that must arrive well before the size is doubled.
    patience: u32,
}

impl PageSize {
    pub(crate) fn new(most: usize) -> PageSize {
        let most = most.max(1);
        PageSize { most, limit: most, well: 0, patience: GROW_AFTER }
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// The server has said what it takes. A size that was cut stays so: what made it too large is not the number.
    pub(crate) fn set_most(&mut self, most: usize) {
        let whole = self.limit == self.most;
        self.most = most.max(1);
        self.limit = if whole { self.most } else { self.limit.min(self.most) };
    }

    /// A page was too much. Whether less can be asked for.
    pub(crate) fn cut(&mut self) -> bool {
        if self.limit == 1 {
            return false;
        }
        self.limit /= 2;
        self.well = 0;
        true
    }

    /// A page arrived.
    pub(crate) fn went_well(&mut self) {
        if self.limit == self.most {
            return;
        }
        self.well += 1;
        if self.well >= self.patience {
            self.limit = self.limit.saturating_mul(2).min(self.most);
            self.well = 0;
            self.patience = (self.patience * 2).min(GROW_AFTER_MOST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_halved_to_one_and_grows_again_ever_more_slowly() {
        let mut size = PageSize::new(1_000);
        let mut limits = vec![size.limit()];
        while size.cut() {
            limits.push(size.limit());
        }
        assert_eq!(limits, [1_000, 500, 250, 125, 62, 31, 15, 7, 3, 1]);
        let mut pages = Vec::new();
        for page in 1..10_000 {
            let before = size.limit();
            size.went_well();
            if size.limit() > before {
                pages.push((page, size.limit()));
            }
        }
        assert_eq!(pages[..4], [(8, 2), (24, 4), (56, 8), (120, 16)]);
        assert!(pages.iter().all(|(_, limit)| *limit <= 1_000), "{pages:?}");
    }

    #[test]
    fn what_the_server_says_counts_unless_less_is_known_to_work() {
        let mut size = PageSize::new(1_000);
        size.set_most(10_000);
        assert_eq!(size.limit(), 10_000);
        size.cut();
        size.set_most(10_000);
        assert_eq!(size.limit(), 5_000);
        size.set_most(1_000);
        assert_eq!(size.limit(), 1_000);
        size.set_most(0);
        assert_eq!(size.limit(), 1, "a page of nothing would never end");
    }
}
