//! The SQLite backend keeps the contract, with threads and without; and what is its own.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod files;
mod harness;
mod race;
mod restore;
mod schemas;
mod threads;

mod threaded {
    syncline_backend::contract_suite!(crate::harness::Threaded);
}

mod inline {
    syncline_backend::contract_suite!(crate::harness::Inline);
}

mod memory {
    syncline_backend::contract_suite!(crate::harness::Memory);
}
