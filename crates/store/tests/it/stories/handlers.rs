//! Conflicts that the application's handler settles, or the server's (SYNC 1.6).

use super::script::run;

#[test]
fn a_record_in_conflict_is_held_and_others_are_not() {
    run(
        "1.6: nothing of it is sent until it is answered, also after a restart",
        "settles handler
         frame p v1 title=T
         frame q v1 title=T
         edit p title=X
         edit q content=C
         frame p v2 title=R
         > p title=R v2
         > outbox m1 update p title:T>X v1 | m2 update q content:null>C v1
         > conflicts
         claim
         > says m2
         reopen
         claim
         > says
         ask p
         > says m1 Fields: title=T / title=X / title=R
         answer p m1 local
         > says settled
         > p title=X v2
         > outbox m1 update p title:R>X v2 | m2 update q content:null>C v1 sent
         > conflicts m1 title:T/X/R local
         claim
         > says m1
         applied p v3 title=X
         > outbox m2 update q content:null>C v1 sent",
    );
    run(
        "without a handler nothing is held",
        "frame p v1 title=T
         edit p title=X
         frame p v2 title=R
         > p title=R v2
         > outbox
         > conflicts m1 title:T/X/R",
    );
    run(
        "a handler that is there no more",
        "settles handler
         frame p v1 title=T
         edit p title=X
         edit p content=C when title=X
         frame p v2 title=R
         claim
         > says
         settles device
         > p title=R content=C v2
         > outbox m2 update p content:null>C v2 when
         > conflicts m1 title:T/X/R
         claim
         > says m2",
    );
}

#[test]
fn what_a_handler_may_answer() {
    run(
        "an update that meets a delete is made anew",
        "settles handler
         frame p v1 title=T content=C
         edit p title=X
         gone p v2
         > p none
         ask p
         > says m1 UpdateMeetsDelete: title=T content=C / title=X content=C / none
         answer p m1 local
         > p title=X content=C v2
         > outbox m1 create p title=X content=C v2",
    );
    run(
        "a delete that meets an update becomes one",
        "settles handler
         frame p v1 title=T
         delete p
         frame p v2 title=R
         > p none
         ask p
         > says m1 DeleteMeetsUpdate: title=T / none / title=R
         answer p m1 title=R content=kept
         > p title=R content=kept v2
         > outbox m1 update p content:null>kept v2
         > conflicts m1 DeleteMeetsUpdate merged",
    );
    run(
        "a create that meets a record",
        "settles handler
         new p title=A
         claim
         conflict p v1 title=R content=C
         ask p
         > says m2 CreateMeetsRecord: none / title=A / title=R content=C
         answer p m2 remote
         > says settled m2
         > p title=R content=C v1
         > outbox",
    );
    run(
        "an answer that says nothing new",
        "settles handler
         frame p v1 title=T
         edit p title=X
         frame p v2 title=R
         ask p
         answer p m1 title=R
         > says settled m1
         > outbox
         > conflicts m1 title:T/X/R merged",
    );
}

#[test]
fn what_happens_while_a_handler_thinks() {
    run(
        "the server moves on",
        "settles handler
         frame p v1 title=T
         edit p title=X
         frame p v2 title=R
         ask p
         frame p v3 title=S
         answer p m1 local
         > says changed, m1 Fields: title=T / title=X / title=S
         > outbox m1 update p title:T>X v1
         answer p m1 local
         > p title=X v3
         > outbox m1 update p title:S>X v3",
    );
    run(
        "the server takes it back",
        "settles handler
         frame p v1 title=T
         edit p title=X
         frame p v2 title=R
         ask p
         frame p v3 title=T
         > outbox m1 update p title:T>X v3
         > p title=X v3
         claim
         > says m1",
    );
    run(
        "the application saves more",
        "settles handler
         frame p v1 title=T
         edit p title=X
         frame p v2 title=R
         ask p
         read p as seen
         save seen content=C
         answer p m1 local
         > says changed, m1 Fields: title=T / title=X content=C / title=R
         answer p m1 title=M
         > p title=M v2
         > outbox m1 update p title:R>M v2",
    );
    run(
        "the application deletes",
        "settles handler
         frame p v1 title=T
         edit p title=X
         frame p v2 title=R
         ask p
         delete p
         answer p m1 local
         > says changed, m1 DeleteMeetsUpdate: title=T / none / title=R
         answer p m1 local
         > p none
         > outbox m1 delete p v2",
    );
    run(
        "the store is cleared",
        "settles handler
         frame p v1 title=T
         edit p title=X
         frame p v2 title=R
         ask p
         clear
         answer p m1 local
         > says settled
         > outbox
         frame p v3 title=S
         edit p title=Y
         claim
         > says m2",
    );
}

#[test]
fn what_is_in_flight_comes_first() {
    run(
        "it is asked when the answer is there, with what was known before",
        "settles handler
         frame p v1 title=T
         edit p title=X
         claim
         edit p content=C
         frame p v2 title=R
         ask p
         > says settled
         reopen
         conflict p v2 title=R
         > outbox m3 update p title:T>X v1 | m2 update p content:null>C
         ask p
         > says m3 Fields: title=T / title=X / title=R
         answer p m3 local
         > p title=X content=C v2
         > outbox m3 update p title:R>X v2 | m2 update p content:null>C",
    );
    run(
        "what the server has merged against it",
        "settles handler
         frame p v1 title=T
         edit p title=X content=C
         claim
         applied p v3 title=R content=C
         > p title=R content=C v3
         > outbox m1+ update p title:T>X v1
         claim
         > says
         ask p
         > says m1+ Fields: title=T content=C / title=X content=C / title=R content=C
         answer p m1+ local
         claim
         > says m1+
         applied p v4 title=X content=C
         > p title=X content=C v4
         > outbox",
    );
}

#[test]
fn children_wait_for_a_held_create() {
    run(
        "1.6 and the order of creates",
        "settles handler
         new p title=A
         new c1 postCommentsId=p
         claim
         > says m1
         conflict p v1 title=R
         claim
         > says
         ask p
         answer p m3 local
         claim
         > says m3 | m2",
    );
}

#[test]
fn a_server_that_settles_is_asked_with_the_version_that_the_change_was_made_on() {
    run(
        "LAMBDA: it resolves",
        "settles server
         frame p v1 title=T
         edit p title=X content=C
         frame p v2 title=R
         > p title=R content=C v2
         claim
         > says m1
         > outbox m1 update p title:T>X content:null>C v1 sent
         applied p v3 title=RX content=C
         > p title=RX content=C v3
         > outbox
         > conflicts m1 title:T/X/RX",
    );
    run(
        "LAMBDA: it rejects",
        "settles server
         frame p v1 title=T
         edit p title=X content=C
         frame p v2 title=R
         claim
         conflict p v2 title=R
         > p title=R content=C v2
         > outbox m2 update p content:null>C v2
         > conflicts m2 title:T/X/R",
    );
    run(
        "1.6: also about a change behind one that was merged, which knew nothing of what that met",
        "settles server
         frame p v3 title=T content=C
         edit p content=X
         claim
         edit p title=Y
         frame p v4 title=R content=C
         applied p v5 title=R content=X
         > outbox m2 update p title:T>Y v3
         claim
         > outbox m2 update p title:T>Y v3 sent",
    );
}

#[test]
fn what_a_person_sends_once_more_is_settled_by_whoever_settles() {
    run(
        "1.6, 1.7: the handler is asked about what is sent once more",
        "settles handler
         frame p v1 title=T
         edit p title=X
         claim
         refused p no
         frame p v2 title=R
         retry p
         > conflicts
         claim
         > says
         ask p
         > says m2 Fields: title=T / title=X / title=R
         answer p m2 local
         > says settled
         claim
         > says m2",
    );
    run(
        "1.6: and about what is written anew while it is asked",
        "settles handler
         frame p v1 title=T
         edit p title=X
         frame p v2 title=R
         amend p content=C
         > conflicts
         claim
         > says
         ask p
         > says m2 Fields: title=T / title=X content=C / title=R
         answer p m2 remote
         > says settled
         > p title=R content=C v2",
    );
    run(
        "1.6: it goes to the server's handler on the version that it was made on",
        "settles server
         frame p v1 title=T
         edit p title=X
         claim
         refused p no
         frame p v2 title=R
         retry p
         > conflicts
         > outbox m2 update p title:T>X v1",
    );
    run(
        "1.7: without either the server's value stays, and that is listed",
        "frame p v1 title=T
         edit p title=X
         claim
         refused p no
         frame p v2 title=R
         retry p
         > outbox
         > conflicts m2 title:T/X/R",
    );
}
