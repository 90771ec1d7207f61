//! `@auth`. Rules are read and kept; who applies them is the server.

use crate::ast::{Argument, Directive, ValueKind};
use crate::directives::{arguments, check_names};
use crate::report::Reporter;
use syncline_core::model::{Allow, AuthRule, Operation, Provider};

const RULE: [&str; 8] =
    ["allow", "provider", "operations", "ownerField", "identityClaim", "groupClaim", "groups", "groupsField"];
const ALLOW: [(&str, Allow); 5] = [
    ("public", Allow::Public),
    ("private", Allow::Private),
    ("owner", Allow::Owner),
    ("groups", Allow::Groups),
    ("custom", Allow::Custom),
];
const PROVIDERS: [(&str, Provider); 6] = [
    ("apiKey", Provider::ApiKey),
    ("iam", Provider::Iam),
    ("identityPool", Provider::Iam),
    ("userPools", Provider::UserPools),
    ("oidc", Provider::Oidc),
    ("function", Provider::Function),
];
const OPERATIONS: [(&str, &[Operation]); 9] = [
    ("create", &[Operation::Create]),
    ("update", &[Operation::Update]),
    ("delete", &[Operation::Delete]),
    ("read", &[Operation::Get, Operation::List, Operation::Listen, Operation::Search, Operation::Sync]),
    ("get", &[Operation::Get]),
    ("list", &[Operation::List]),
    ("listen", &[Operation::Listen]),
    ("search", &[Operation::Search]),
    ("sync", &[Operation::Sync]),
];

/// The rule that anybody with the API key may do anything.
pub(crate) fn public() -> AuthRule {
    AuthRule {
        allow: Allow::Public,
        provider: Provider::ApiKey,
        operations: Operation::ALL.to_vec(),
        owner_field: None,
        identity_claim: None,
        group_claim: None,
        groups: Vec::new(),
        groups_field: None,
    }
}

/// Reads `@auth(rules: […])`.
pub(crate) fn read(directive: &Directive, report: &mut Reporter<'_>) -> Vec<AuthRule> {
    const EXAMPLE: &str = "write `@auth(rules: [{allow: public}])`";
    let Some(argument) = directive.argument("rules") else {
        report.fault(directive.span, "`@auth` has no rules", EXAMPLE);
        return Vec::new();
    };
    let rules = match &argument.value.kind {
        ValueKind::List(rules) if !rules.is_empty() => rules,
        ValueKind::List(_) => {
            report.fault(argument.value.span, "an empty list of rules lets nobody in", EXAMPLE);
            return Vec::new();
        }
        other => {
            let message = format!("`rules` takes a list of rules, not {}", other.words());
            report.fault(argument.value.span, message, EXAMPLE);
            return Vec::new();
        }
    };
    let read = |rule: &crate::ast::Value| match &rule.kind {
        ValueKind::Object(fields) => read_rule(fields, rule.span, report),
        other => {
            report.fault(rule.span, format!("a rule is an object, not {}", other.words()), EXAMPLE);
            None
        }
    };
    rules.iter().filter_map(read).collect()
}

fn read_rule(fields: &[Argument], span: crate::report::Span, report: &mut Reporter<'_>) -> Option<AuthRule> {
    check_names(fields, &RULE, "a rule", report);
    if arguments::find(fields, "allow").is_none() {
        report.fault(span, "the rule does not say whom it allows", "for example `{allow: public}`");
        return None;
    }
    let allow = ALLOW[arguments::word(fields, "allow", &ALLOW.map(|(name, _)| name), report)?].1;
    let default = match allow {
        Allow::Public => Provider::ApiKey,
        Allow::Custom => Provider::Function,
        Allow::Private | Allow::Owner | Allow::Groups => Provider::UserPools,
    };
    let provider = match arguments::find(fields, "provider") {
        None => default,
        Some(argument) => {
            let found = arguments::word(fields, "provider", &PROVIDERS.map(|(name, _)| name), report)?;
            let provider = PROVIDERS[found].1;
            if !fits(allow, provider) {
                let fitting = PROVIDERS.iter().filter(|(_, provider)| fits(allow, *provider));
                let fitting: Vec<&str> = fitting.map(|(name, _)| *name).collect();
                report.fault(
                    argument.value.span,
                    format!("provider `{}` does not go with this `allow`", PROVIDERS[found].0),
                    format!("use `{}`", fitting.join("` or `")),
                );
            }
            provider
        }
    };
    let text =
        |name: &str, report: &mut Reporter<'_>| arguments::string(fields, name, report).map(|name| name.text);
    let default_to =
        |given: Option<String>, when: bool, value: &str| given.or_else(|| when.then(|| value.to_owned()));
    let groups: Vec<String> =
        arguments::strings(fields, "groups", report).into_iter().flatten().map(|group| group.text).collect();
    let is_owner = allow == Allow::Owner;
    let is_groups = allow == Allow::Groups;
    Some(AuthRule {
        allow,
        provider,
        operations: operations(fields, report),
        owner_field: default_to(text("ownerField", report), is_owner, "owner"),
        identity_claim: default_to(text("identityClaim", report), is_owner, "sub::username"),
        group_claim: default_to(text("groupClaim", report), is_groups, "cognito:groups"),
        groups_field: default_to(text("groupsField", report), is_groups && groups.is_empty(), "groups"),
        groups,
    })
}

fn fits(allow: Allow, provider: Provider) -> bool {
    match allow {
        Allow::Public => matches!(provider, Provider::ApiKey | Provider::Iam),
        Allow::Private => matches!(provider, Provider::UserPools | Provider::Oidc | Provider::Iam),
        Allow::Owner | Allow::Groups => matches!(provider, Provider::UserPools | Provider::Oidc),
        Allow::Custom => provider == Provider::Function,
    }
}

fn operations(fields: &[Argument], report: &mut Reporter<'_>) -> Vec<Operation> {
    let Some(argument) = arguments::find(fields, "operations") else { return Operation::ALL.to_vec() };
    let words = OPERATIONS.map(|(name, _)| name);
    let mut found: Vec<Operation> = Vec::new();
    let mut add = |value: &crate::ast::Value, report: &mut Reporter<'_>| {
        if let Some(place) = arguments::one_of(value, "operations", &words, report) {
            for operation in OPERATIONS[place].1 {
                if !found.contains(operation) {
                    found.push(*operation);
                }
            }
        }
    };
    match &argument.value.kind {
        ValueKind::Null => return Operation::ALL.to_vec(),
        ValueKind::List(items) => items.iter().for_each(|item| add(item, report)),
        _ => add(&argument.value, report),
    }
    found
}
