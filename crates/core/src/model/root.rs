//! Which root fields a model gives to the API.

/// What a root field of the API does with a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RootKind {
    /// The query for one record by its key.
    Get,
    /// The query for records by a filter.
    List,
    /// The query for what has changed.
    Sync,
    /// The mutation that creates a record.
    Create,
    /// The mutation that changes a record.
    Update,
    /// The mutation that deletes a record.
    Delete,
    /// The subscription to created records.
    OnCreate,
    /// The subscription to changed records.
    OnUpdate,
    /// The subscription to deleted records.
    OnDelete,
}

impl RootKind {
    /// All of them, in the order in which an API lists them.
    pub const ALL: [RootKind; 9] = [
        RootKind::Get,
        RootKind::List,
        RootKind::Sync,
        RootKind::Create,
        RootKind::Update,
        RootKind::Delete,
        RootKind::OnCreate,
        RootKind::OnUpdate,
        RootKind::OnDelete,
    ];

    /// The word that the root field's name begins with, unless the schema says otherwise.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            RootKind::Get => "get",
            RootKind::List => "list",
            RootKind::Sync => "sync",
            RootKind::Create => "create",
            RootKind::Update => "update",
            RootKind::Delete => "delete",
            RootKind::OnCreate => "onCreate",
            RootKind::OnUpdate => "onUpdate",
            RootKind::OnDelete => "onDelete",
        }
    }

    /// Whether its name carries the plural of the model's.
    #[must_use]
    pub fn is_plural(self) -> bool {
        matches!(self, RootKind::List | RootKind::Sync)
    }

    /// Whether it is a mutation.
    #[must_use]
    pub fn is_mutation(self) -> bool {
        matches!(self, RootKind::Create | RootKind::Update | RootKind::Delete)
    }

    /// The mutation that a subscription follows.
    #[must_use]
    pub fn follows(self) -> Option<RootKind> {
        match self {
            RootKind::OnCreate => Some(RootKind::Create),
            RootKind::OnUpdate => Some(RootKind::Update),
            RootKind::OnDelete => Some(RootKind::Delete),
            _ => None,
        }
    }
}

/// A root field of the API that belongs to a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootField {
    /// What it does.
    pub kind: RootKind,
    /// Its name.
    pub name: String,
}
