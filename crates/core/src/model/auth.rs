//! `@auth` rules, as declared.

/// Whom a rule lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allow {
    /// Anybody with the API key, or unauthenticated IAM.
    Public,
    /// Any signed-in user.
    Private,
    /// The record's owner.
    Owner,
    /// Members of groups.
    Groups,
    /// Whatever a function says.
    Custom,
}

/// How a caller proves who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// An API key.
    ApiKey,
    /// IAM.
    Iam,
    /// A Cognito user pool.
    UserPools,
    /// OpenID Connect.
    Oidc,
    /// A function.
    Function,
}

/// What a rule allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Create a record.
    Create,
    /// Update a record.
    Update,
    /// Delete a record.
    Delete,
    /// Read by key.
    Get,
    /// Read by list and index queries.
    List,
    /// Subscribe.
    Listen,
    /// Sync.
    Sync,
    /// Search.
    Search,
}

impl Operation {
    /// Every operation, which is what a rule without `operations` allows.
    pub const ALL: [Operation; 8] = [
        Operation::Create,
        Operation::Update,
        Operation::Delete,
        Operation::Get,
        Operation::List,
        Operation::Listen,
        Operation::Sync,
        Operation::Search,
    ];
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthRule {
    /// Whom it lets in.
    pub allow: Allow,
    /// How they prove it.
    pub provider: Provider,
    /// What it allows.
    pub operations: Vec<Operation>,
    /// The field that names the owner.
    pub owner_field: Option<String>,
    /// The claim compared with the owner field.
    pub identity_claim: Option<String>,
    /// The claim that lists the caller's groups.
    pub group_claim: Option<String>,
    /// The groups, for static group rules.
    pub groups: Vec<String>,
    /// The field that names the groups, for dynamic ones.
    pub groups_field: Option<String>,
}
