//! The barrier and the mailboxes of the runtime, compiled from their own source against the primitives of loom.
//!
//! A crate of its own, so that the runtime depends on nothing. `cargo run --release` explores every interleaving that the memory model
//! allows, within a bound on preemptions, and a defect made on purpose shows that it would find one.

mod value {
    //! What the mailboxes ask of a value.

    /// As in the runtime, as far as cells need it.
    pub trait Word: Copy + PartialEq + std::fmt::Debug + Send + Sync + 'static {
        const ZERO: Self;
    }
    macro_rules! implement {
        ($($type:ty = $zero:expr),*) => {$(
            impl Word for $type {
                const ZERO: Self = $zero;
            }
        )*};
    }
    implement!(bool = false, u8 = 0, u16 = 0, u32 = 0, u64 = 0);
    impl<const N: usize> Word for [u64; N] {
        const ZERO: Self = [0; N];
    }
}

#[allow(dead_code)]
mod parallel;

use std::process::{Command, Stdio};

use loom::sync::Arc;
use loom::thread;
use parallel::barrier::{Barrier, Ticket};
use parallel::mailbox::{Boxes, PushMail, WriteMail};

/// Explores with at most two preemptions of a thread, which finds nearly all defects at a small part of the cost.
fn explore(test: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(test);
}

fn what_was_done_before_a_wait_is_seen_behind_it() {
    explore(|| {
        let shared = Arc::new((Barrier::new(2, 1), Boxes::<PushMail<u32>>::new(1)));
        let other = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let mut ticket = Ticket::default();
                shared.1.at(1, 0).send(1, 2, 77);
                assert_eq!(shared.0.wait(&mut ticket, 1), 3);
            })
        };
        let mut ticket = Ticket::default();
        assert_eq!(shared.0.wait(&mut ticket, 2), 3);
        assert_eq!(shared.1.at(1, 0).receive(1), Some((2, 77)));
        other.join().unwrap();
    });
}

fn nobody_sleeps_for_ever() {
    explore(|| {
        let barrier = Arc::new(Barrier::new(2, 0));
        let other = {
            let barrier = Arc::clone(&barrier);
            thread::spawn(move || {
                let mut ticket = Ticket::default();
                barrier.wait(&mut ticket, 0);
                barrier.wait(&mut ticket, 1);
            })
        };
        let mut ticket = Ticket::default();
        assert_eq!(barrier.wait(&mut ticket, 0), 0);
        assert_eq!(barrier.wait(&mut ticket, 0), 1);
        other.join().unwrap();
    });
}

fn a_slot_is_not_filled_again_while_it_is_read() {
    explore(|| {
        let shared = Arc::new((Barrier::new(2, 0), Boxes::<WriteMail<[u64; 2]>>::new(1)));
        let writer = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let mut ticket = Ticket::default();
                for cycle in 1..=3 {
                    shared.1.at(cycle, 0).send(cycle, 0, [cycle, cycle]);
                    shared.0.wait(&mut ticket, 0);
                }
            })
        };
        let mut ticket = Ticket::default();
        for cycle in 1..=3 {
            shared.0.wait(&mut ticket, 0);
            let mut copy = [[0, 0]];
            shared.1.at(cycle, 0).receive(cycle, &mut copy);
            assert_eq!(copy, [[cycle, cycle]]);
        }
        writer.join().unwrap();
    });
}

/// Reads the mail without waiting for its writer: the defect that the barrier is there to prevent.
fn a_mail_that_nobody_waits_for() {
    explore(|| {
        let mail = Arc::new(WriteMail::<[u64; 2]>::default());
        let writer = {
            let mail = Arc::clone(&mail);
            thread::spawn(move || mail.send(1, 0, [1, 1]))
        };
        let mut copy = [[0, 0]];
        mail.receive(1, &mut copy);
        assert_eq!(copy, [[1, 1]]);
        writer.join().unwrap();
    });
}

/// Asks for the defect.
const SEEDED: &str = "--seeded-defect";

fn main() {
    if std::env::args().any(|argument| argument == SEEDED) {
        a_mail_that_nobody_waits_for();
        return;
    }
    let tests: [(&str, fn()); 3] = [
        (
            "what was done before a wait is seen behind it",
            what_was_done_before_a_wait_is_seen_behind_it,
        ),
        ("nobody sleeps for ever", nobody_sleeps_for_ever),
        (
            "a slot is not filled again while it is read",
            a_slot_is_not_filled_again_while_it_is_read,
        ),
    ];
    for (name, test) in tests {
        test();
        println!("holds in every interleaving: {name}");
    }
    // In a process of its own, since a defect that loom finds while it explores ends the process.
    let defect = Command::new(std::env::current_exe().expect("the path of this program"))
        .arg(SEEDED)
        .stderr(Stdio::null())
        .status()
        .expect("a second run of this program");
    assert!(!defect.success(), "a defect made on purpose was not found");
    println!("found: a defect made on purpose");
}
