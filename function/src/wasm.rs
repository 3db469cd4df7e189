//! The exports. The host asks for room, writes a frame there, calls with the frame's length, and
//! reads the frame at the address that comes back.
//!
//! `unsafe_code` is allowed for `#[unsafe(no_mangle)]` alone: the names below are ours, so no other
//! symbol can collide with them. No pointer is read or written here; addresses are only given out.
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

/// Address of room for frames of up to `capacity` bytes. It keeps what is written there when it is
/// asked for more.
#[unsafe(no_mangle)]
extern "C" fn input(capacity: usize) -> *mut u8 {
    INSTANCE.with_borrow_mut(|instance| {
        if instance.input.len() < capacity {
            instance.input.resize(capacity, 0);
        }
        instance.input.as_mut_ptr()
    })
}

/// [`Boundary::load`] with a frame of this length; returns the address of the answer, as all of the
/// following.
#[unsafe(no_mangle)]
extern "C" fn load(length: usize) -> *const u8 {
    panic::set_hook(Box::new(|info| {
        let place = info
            .location()
            .map(|place| [place.file(), &place.line().to_string()].join(":"));
        PANIC.set(place.unwrap_or_default());
    }));
    ask(Boundary::load, length)
}

/// [`Boundary::begin`].
#[unsafe(no_mangle)]
extern "C" fn begin(length: usize) -> *const u8 {
    ask(Boundary::begin, length)
}

/// [`Boundary::resume`].
#[unsafe(no_mangle)]
extern "C" fn resume(length: usize) -> *const u8 {
    ask(Boundary::resume, length)
}

/// [`Boundary::next_post`].
#[unsafe(no_mangle)]
extern "C" fn next_post(length: usize) -> *const u8 {
    ask(Boundary::next_post, length)
}

/// [`Boundary::posted`].
#[unsafe(no_mangle)]
extern "C" fn posted(length: usize) -> *const u8 {
    ask(Boundary::posted, length)
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

fn ask(question: fn(&mut Boundary, &[u8]), length: usize) -> *const u8 {
    INSTANCE.with_borrow_mut(|instance| {
        // A length beyond the room gives an empty frame, which is refused.
        let frame = instance.input.get(..length).unwrap_or_default();
        question(&mut instance.boundary, frame);
        instance.boundary.output().as_ptr()
    })
}
