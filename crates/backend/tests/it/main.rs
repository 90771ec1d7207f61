//! The memory backend keeps the contract.

use std::sync::Arc;

use syncline_backend::contract::Harness;
use syncline_backend::{Backend, Clock, MemoryBackend, contract_suite};
use syncline_core::Schema;

struct Memory(MemoryBackend);

impl Harness for Memory {
    fn open(schema: Arc<Schema>, clock: Arc<dyn Clock>) -> Memory {
        Memory(MemoryBackend::new(schema, clock))
    }

    fn reopen(self) -> Memory {
        self
    }

    fn backend(&self) -> &dyn Backend {
        &self.0
    }
}

contract_suite!(crate::Memory);
