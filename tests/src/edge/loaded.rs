//! The functions that an edge location has loaded.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;

use crate::edge::{Function, Source};

/// Functions by the qualified ARN of their version, loaded when they are first needed.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) source: Arc<dyn Source>,
    node: PathBuf,
    authority: Option<PathBuf>,
    redirects: Mutex<String>,
    functions: Mutex<HashMap<String, Arc<Function>>>,
    freezes: AtomicBool,
    most_log_lines: AtomicUsize,
}

impl Loaded {
    /// No functions yet. They will trust the certificates in `authority`, a PEM file.
    pub(super) fn none(node: PathBuf, source: Arc<dyn Source>, authority: Option<PathBuf>) -> Self {
        Self {
            source,
            node,
            authority,
            redirects: Mutex::default(),
            functions: Mutex::default(),
            freezes: AtomicBool::new(false),
            most_log_lines: AtomicUsize::new(usize::MAX),
        }
    }

    /// The function version; loads it if it is not loaded.
    pub(super) fn function(&self, arn: &str) -> Result<Arc<Function>> {
        let mut functions = lock(&self.functions);
        if let Some(function) = functions.get(arn) {
            return Ok(function.clone());
        }
        let package = self.source.package(arn)?;
        let function = Arc::new(Function::unpack(
            arn,
            &package,
            &self.node,
            self.authority.as_deref(),
            &lock(&self.redirects),
        )?);
        function.set_freezing(self.freezes.load(Ordering::Relaxed));
        function.keep_log_lines(self.most_log_lines.load(Ordering::Relaxed));
        functions.insert(arn.to_owned(), function.clone());
        Ok(function)
    }

    /// All that are loaded.
    pub(super) fn all(&self) -> Vec<Arc<Function>> {
        lock(&self.functions).values().cloned().collect()
    }

    /// Functions that are loaded from now on find `host` on this port of loopback.
    pub(super) fn redirect(&self, host: &str, port: u16) {
        let mut redirects = lock(&self.redirects);
        if !redirects.is_empty() {
            redirects.push(',');
        }
        redirects.push_str(&format!("{host}={port}"));
    }

    /// Sets whether instances are frozen between events.
    pub(super) fn set_freezing(&self, freezes: bool) {
        self.freezes.store(freezes, Ordering::Relaxed);
        for function in self.all() {
            function.set_freezing(freezes);
        }
    }

    /// Whether instances are frozen between events.
    pub(super) fn freezes(&self) -> bool {
        self.freezes.load(Ordering::Relaxed)
    }

    /// Keeps no more than this many of the newest lines that each function prints.
    pub(super) fn keep_log_lines(&self, most: usize) {
        self.most_log_lines.store(most, Ordering::Relaxed);
        for function in self.all() {
            function.keep_log_lines(most);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
