//! The SQLite backend keeps the contract, with threads and without; and what is its own.

mod harness;

mod threaded {
    syncline_backend::contract_suite!(crate::harness::Threaded);
}

mod inline {
    syncline_backend::contract_suite!(crate::harness::Inline);
}

mod memory {
    syncline_backend::contract_suite!(crate::harness::Memory);
}
