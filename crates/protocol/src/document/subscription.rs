//! Subscriptions.

use super::Style;
use super::selection::select;
use syncline_core::Model;

/// Which changes a subscription is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SubscriptionKind {
    /// Creates.
    OnCreate,
    /// Updates.
    OnUpdate,
    /// Deletes.
    OnDelete,
}

impl SubscriptionKind {
    /// All of them: a model in sync needs the three.
    pub const ALL: [SubscriptionKind; 3] =
        [SubscriptionKind::OnCreate, SubscriptionKind::OnUpdate, SubscriptionKind::OnDelete];

    /// The subscription's field.
    #[must_use]
    pub fn field(self, model: &Model) -> &str {
        match self {
            SubscriptionKind::OnCreate => &model.names.on_create,
            SubscriptionKind::OnUpdate => &model.names.on_update,
            SubscriptionKind::OnDelete => &model.names.on_delete,
        }
    }
}

/// A subscription. With `filter` its variable is `filter`; without, it takes none, as older servers know none.
#[must_use]
pub fn subscription(model: &Model, kind: SubscriptionKind, filter: bool, style: Style) -> String {
    let name = match kind {
        SubscriptionKind::OnCreate => "OnCreate",
        SubscriptionKind::OnUpdate => "OnUpdate",
        SubscriptionKind::OnDelete => "OnDelete",
    };
    let upper = &model.names.upper;
    let (variables, arguments) = if filter {
        (format!("($filter: ModelSubscription{upper}FilterInput)"), "(filter: $filter)")
    } else {
        (String::new(), "")
    };
    let (field, selection) = (kind.field(model), select(model, style));
    format!("subscription {name}{upper}{variables} {{ {field}{arguments} {{ {selection} }} }}")
}
