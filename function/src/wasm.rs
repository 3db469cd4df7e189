//! The exports. The host asks for room, writes a frame there, calls, and reads the frame that is the answer.
//!
//! `unsafe_code` is allowed for `#[unsafe(no_mangle)]` alone: the names below are ours, so no other symbol can collide with
//! them. No pointer is read or written here; addresses are only given out.
#![allow(unsafe_code)]

use core::cell::RefCell;
use std::panic;

use crate::boundary::Boundary;

struct Instance {
    input: Vec<u8>,
    boundary: Boundary,
}

thread_local! {
    static INSTANCE: RefCell<Instance> = const { RefCell::new(Instance { input: Vec::new(), boundary: Boundary::new() }) };
    /// File and line of a panic. Not its message, which may quote what a visitor sent.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Address of room for a frame of `length` bytes.
#[unsafe(no_mangle)]
extern "C" fn input(length: usize) -> *mut u8 {
    INSTANCE.with_borrow_mut(|instance| {
        instance.input.clear();
        instance.input.resize(length, 0);
        instance.input.as_mut_ptr()
    })
}

/// Address of the last answer.
#[unsafe(no_mangle)]
extern "C" fn output() -> *const u8 {
    INSTANCE.with_borrow(|instance| instance.boundary.output().as_ptr())
}

/// [`Boundary::load`]; returns the length of the answer, as all of the following.
#[unsafe(no_mangle)]
extern "C" fn load() -> usize {
    panic::set_hook(Box::new(|info| {
        let place = info
            .location()
            .map(|place| format!("{}:{}", place.file(), place.line()));
        PANIC.set(place.unwrap_or_default());
    }));
    ask(Boundary::load)
}

/// [`Boundary::begin`].
#[unsafe(no_mangle)]
extern "C" fn begin() -> usize {
    ask(Boundary::begin)
}

/// [`Boundary::resume`].
#[unsafe(no_mangle)]
extern "C" fn resume() -> usize {
    ask(Boundary::resume)
}

/// [`Boundary::next_post`].
#[unsafe(no_mangle)]
extern "C" fn next_post() -> usize {
    ask(Boundary::next_post)
}

/// [`Boundary::posted`].
#[unsafe(no_mangle)]
extern "C" fn posted() -> usize {
    ask(Boundary::posted)
}

/// Address of the place of the panic that trapped this instance.
#[unsafe(no_mangle)]
extern "C" fn panic_place() -> *const u8 {
    PANIC.with_borrow(|place| place.as_ptr())
}

/// Length of that text; zero without a panic.
#[unsafe(no_mangle)]
extern "C" fn panic_place_length() -> usize {
    PANIC.with_borrow(String::len)
}

fn ask(question: fn(&mut Boundary, &[u8])) -> usize {
    INSTANCE.with_borrow_mut(|instance| {
        question(&mut instance.boundary, &instance.input);
        instance.boundary.output().len()
    })
}
