//! What documents select and offer.

/// What documents select and offer, besides all stored fields and the metadata.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Style {
    /// Select `__typename`, which the Swift client cannot do without.
    pub typename: bool,
    /// In mutations, select the key of each record whose key is held here (`post { id _deleted }`): on plain AppSync subscribers get what the
    /// mutation selected, and other clients read a foreign key from there.
    pub nested_keys: bool,
    /// In mutations, take a `condition` for each.
    pub condition: bool,
}

impl Style {
    /// For plain AppSync, where other clients live from what our mutations select.
    #[must_use]
    pub fn appsync() -> Style {
        Style { typename: true, nested_keys: true, condition: false }
    }

    /// For a Syncline server, which gives subscribers what they selected themselves.
    #[must_use]
    pub fn syncline() -> Style {
        Style::default()
    }

    /// The same with a `condition` for each mutation, or without.
    #[must_use]
    pub fn with_condition(self, condition: bool) -> Style {
        Style { condition, ..self }
    }
}
