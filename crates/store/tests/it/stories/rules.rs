//! SYNC 1.1 to 1.12, one script per story.

use super::script::run;

#[test]
fn a_record_is_a_fold() {
    run(
        "1.1: a change of another field under a sent and an unsent entry",
        "frame p v3 title=T content=B
         edit p title=X
         claim
         edit p title=Y
         > outbox m1 update p title:T>X v3 sent | m2 update p title:X>Y
         frame p v4 title=T content=C
         > p title=Y content=C v4
         > known p live v4 title=T content=C
         applied p v5 title=X content=C
         > p title=Y content=C v5
         > outbox m2 update p title:X>Y v5
         claim
         applied p v6 title=Y content=C
         > p title=Y content=C v6
         > outbox
         > conflicts",
    );
    run(
        "1.1: both change one field; the server's stays and is listed",
        "frame p v1 title=A
         edit p title=L
         frame p v2 title=R
         > says updated m1
         > p title=R v2
         > outbox
         > conflicts m1 title:A/L/R",
    );
    run(
        "1.1: a refused predecessor hands its base on",
        "frame p v1 title=A
         edit p title=X when title=A
         edit p title=Y
         claim
         failed p v1 title=A
         > outbox m2 update p title:A>Y v1
         > p title=Y v1",
    );
    run(
        "I6: an echo of the older edit does not undo the newer one",
        "frame p v1 title=A
         edit p title=B
         claim
         edit p title=C
         frame p v2 title=B
         > p title=C v2
         applied p v2 title=B
         > p title=C v2
         claim
         applied p v3 title=C
         frame p v2 title=B
         > says skipped
         > p title=C v3",
    );
    run(
        "DESIGN 4: a save is compared with what was read, not with what is stored",
        "frame p v1 title=A content=A
         read p as old
         frame p v2 title=A content=R
         save old title=L
         > p title=L content=R v2
         > outbox m1 update p title:A>L v2",
    );
}

#[test]
fn sent_is_frozen() {
    run(
        "1.2: a save after a crash does not vanish in the sent entry",
        "frame p v1 title=A
         edit p title=B
         claim
         > says m1
         reopen
         edit p title=C
         > outbox m1 update p title:A>B v1 sent | m2 update p title:B>C
         resend
         > says m1
         resend
         > says m1
         applied p v2 title=B
         > outbox m2 update p title:B>C v2
         > p title=C v2
         resend
         > says m2",
    );
    run(
        "1.2: one entry per record in flight",
        "new p
         claim
         > says m1
         edit p title=B
         claim
         > says
         applied p v1
         claim
         > says m2",
    );
    run(
        "an answer that arrives twice settles once",
        "new p
         claim
         applied p v1
         applied p v1
         > says nothing sent",
    );
}

#[test]
fn coalescing() {
    let cases = [
        ("create + create", "new p title=A\n new p content=C", "m1 create p title=T content=C", "m1"),
        ("create + update", "new p title=A\n edit p title=B", "m1 create p title=B", "m1"),
        ("create + delete", "new p title=A\n delete p", "", "nothing m1"),
        (
            "update + update",
            "frame p v1\n edit p title=B\n edit p content=C",
            "m1 update p title:T>B content:null>C v1",
            "m1",
        ),
        (
            "update + same field",
            "frame p v1\n edit p title=B\n edit p title=C",
            "m1 update p title:T>C v1",
            "m1",
        ),
        ("update + back again", "frame p v1\n edit p title=B\n edit p title=T", "", "nothing m1"),
        ("update + create", "frame p v1\n edit p title=B\n new p title=C", "m1 update p title:T>C v1", "m1"),
        ("update + delete", "frame p v1\n edit p title=B\n delete p", "m1 delete p v1", "m1"),
        ("delete + delete", "frame p v1\n delete p\n delete p", "m1 delete p v1", "none"),
        (
            "delete + create",
            "frame p v1 content=C\n delete p\n new p title=B",
            "m1 update p title:T>B content:C>null v1",
            "m1",
        ),
        ("delete + same again", "frame p v1\n delete p\n new p", "", "nothing m1"),
        (
            "conditional + update",
            "frame p v1\n edit p title=B when title=T\n edit p title=C",
            "m1 update p title:T>B v1 when | m2 update p title:B>C",
            "m2",
        ),
        (
            "update + conditional",
            "frame p v1\n edit p title=B\n edit p title=C when title=B",
            "m1 update p title:T>B v1 | m2 update p title:B>C when",
            "m2",
        ),
        (
            "sent + update",
            "frame p v1\n edit p title=B\n claim\n edit p title=C",
            "m1 update p title:T>B v1 sent | m2 update p title:B>C",
            "m2",
        ),
        ("sent create + delete", "new p\n claim\n delete p", "m1 create p title=T sent | m2 delete p", "m2"),
        (
            "sent delete + create",
            "frame p v1\n delete p\n claim\n new p title=B",
            "m1 delete p v1 sent | m2 create p title=B",
            "m2",
        ),
        ("nothing new", "frame p v1\n edit p title=T", "", "nothing"),
    ];
    for (name, commands, outbox, says) in cases {
        run(
            name,
            &format!("{commands}\n > says {says}\n > outbox {outbox}").replace("> outbox \n", "> outbox\n"),
        );
    }
}

#[test]
fn deletes_and_emptied_patches() {
    run(
        "1.5: an unsent delete meets a newer change",
        "frame p v1
         delete p
         > p none
         frame p v2 title=R
         > says added m1
         > p title=R v2
         > outbox
         > conflicts m1 DeleteMeetsUpdate",
    );
    run(
        "1.5: an unsent change meets a delete",
        "frame p v1
         edit p title=L
         gone p v2
         > says deleted m1
         > p none
         > known p deleted v2
         > conflicts m1 UpdateMeetsDelete",
    );
    run(
        "1.5: a patch that says nothing new any more",
        "frame p v1
         edit p title=L
         frame p v2 title=L
         > says updated m1
         > outbox
         > conflicts",
    );
    run(
        "saving a value of a record that was deleted meanwhile",
        "frame p v1
         read p as old
         gone p v2
         save old title=L
         > says error: Post p was deleted since it was read; save it as a new record to make it again
         new p title=N
         > outbox m2 create p title=N v2
         > p title=N v2",
    );
    run(
        "2.3: a create meets a record",
        "new p title=L content=C
         claim
         conflict p v4 title=R
         > outbox m2 update p content:null>C v4
         > p title=R content=C v4
         > conflicts m2 CreateMeetsRecord | m2 title:null/L/R",
    );
}

#[test]
fn conditions() {
    run(
        "a condition that does not hold changes nothing",
        "frame p v1 rating=3
         edit p title=L when rating=5
         > says error: the condition does not hold for Post p; read the record again and decide anew
         delete p when rating=5
         > says error: the condition does not hold for Post p; read the record again and decide anew
         > outbox
         > p title=T rating=3 v1
         new q when rating=5
         > says error: the condition does not hold for Post q; read the record again and decide anew
         delete p when rating=3
         > outbox m4 delete p v1 when",
    );
    run(
        "a condition that fails at the cloud restores the server's record",
        "frame p v1 rating=3
         edit p title=L when rating=3
         claim
         failed p v2 rating=4
         > p title=T rating=4 v2
         > outbox",
    );
}

#[test]
fn parking() {
    run(
        "1.7: a parked create holds its record back",
        "new p
         claim
         refused p no
         > says parked
         > outbox m1 create p title=T parked(no)
         > p title=T
         edit p content=C
         claim
         > says
         discard p
         > says m2
         > p none
         > outbox",
    );
    run(
        "1.7: a parked update holds back only its own fields",
        "frame p v1
         edit p title=X
         claim
         refused p no
         edit p title=Y content=C
         > outbox m2 update p title:T>Y content:null>C v1
         > says m2 m1",
    );
    run(
        "1.7: another field goes past, on the server's version",
        "frame p v1
         edit p title=X
         claim
         refused p no
         edit p content=C
         frame p v2 rating=2
         > p title=X content=C rating=2 v2
         claim
         > says m2
         > outbox m1 update p title:T>X v1 parked(no) | m2 update p content:null>C v2 sent
         applied p v3 content=C rating=2
         > p title=X content=C rating=2 v3
         discard p
         > p title=T content=C rating=2 v3",
    );
    run(
        "1.7: a retry is rebased and takes a new id",
        "frame p v1
         edit p title=X
         claim
         refused p no
         retry p
         > outbox m2 update p title:T>X v1
         retry p
         > says error: mutation m2 is not parked: it waits to be sent
         claim
         > says m2
         discard p
         > says error: mutation m2 is not parked: it has been sent and its outcome is unknown",
    );
    run("nothing parked", "discard p\n > says error: mutation m0 is not parked: the outbox does not hold it");
}

#[test]
fn three_kinds_of_absence() {
    run(
        "1.9: what was deleted in a later life does not come back with a late frame of that life",
        "frame p v5 @1000
         gone p v6 @2000
         gone p v2 @900000
         frame p v1 @800000
         > says skipped
         > p none
         frame p v1 @950000
         > p title=T v1",
    );
    run(
        "1.9: evicted comes back at its version, not below",
        "frame p v5 title=A rating=9 for rating=9
         frame p v6 rating=1 for rating=9
         > says evicted
         > p none
         > known p evicted v6
         frame p v5 rating=9
         > says skipped
         frame p v6 title=A rating=1
         > says added
         > p title=A rating=1 v6",
    );
    run(
        "1.9: what left comes back in a later life, at whatever version",
        "frame p v5 @1000 title=A rating=9 for rating=9
         frame p v6 @2000 rating=1 for rating=9
         frame p v5 @1500 rating=9 for rating=9
         > says skipped
         frame p v1 @900000 title=B rating=9 for rating=9
         > says added
         > p title=B rating=9 v1",
    );
    run(
        "1.9: out of scope and unknown is ignored; evicted learns the newer version",
        "frame p v1 rating=1 for rating=9
         > says skipped
         > known p unknown
         frame p v2 rating=9 for rating=9
         frame p v3 rating=1 for rating=9
         frame p v5 rating=1 for rating=9
         > known p evicted v5
         frame p v4 rating=9 for rating=9
         > says skipped",
    );
    run(
        "1.9: a tombstone for an unknown record is remembered",
        "gone p v4
         > says unseen
         frame p v3
         > says skipped
         > p none
         frame p v1 @3000
         > says skipped
         frame p v1 @9000
         > says added
         > p title=T v1",
    );
    run(
        "I4: nothing older comes in",
        "frame p v5 title=E
         frame p v4 title=D
         > says skipped
         gone p v3
         > says skipped
         frame p v5 title=F
         > says skipped
         > p title=E v5",
    );
    run(
        "held back from eviction by a pending change",
        "frame p v1 rating=9 for rating=9
         edit p title=L
         frame p v2 rating=1 for rating=9
         > says updated
         > p title=L rating=1 v2",
    );
}

#[test]
fn clearing() {
    run(
        "1.12: everything goes, the generation stays behind",
        "new p
         frame q v1
         gone r v2
         clear
         > says generation 1
         > p none
         > q none
         > known r unknown
         > outbox
         reopen
         new p
         > outbox m2 create p title=T
         clear
         > says generation 2",
    );
}

#[test]
fn parents_and_children() {
    run(
        "a child waits for its parent",
        "new p
         new c1 postCommentsId=p
         new c2
         claim
         > says m1 | m3
         claim
         > says
         applied p v1
         claim
         > says m2",
    );
    run(
        "a child that was saved first waits as well",
        "new c1 postCommentsId=p
         new p
         claim
         > says m2
         applied p v1
         claim
         > says m1",
    );
    run(
        "a parked create holds its children back, and lets go when it is discarded",
        "new p
         new c1 postCommentsId=p
         claim
         refused p no
         claim
         > says
         discard p
         claim
         > says m2",
    );
    run(
        "children are deleted before their parent",
        "frame p v1
         frame c1 v1 postCommentsId=p
         delete p
         > says m1
         > outbox m1.1 delete c1 v1 | m1 delete p v1
         claim
         > says m1.1
         applied c1 v2 gone
         claim
         > says m1",
    );
    run(
        "a child that moves to a pending parent waits",
        "frame c1 v1
         edit c1 likes=1
         new p
         edit c1 postCommentsId=p
         claim
         > says m2
         applied p v1
         claim
         > says m1",
    );
}

#[test]
fn a_save_takes_the_place_of_what_is_parked_whatever_lies_between() {
    run(
        "1.7: a change of another field that was not sent",
        "frame p v1 title=T
         edit p title=X
         claim
         refused p no
         edit p content=C
         edit p title=Y content=D
         > says m2 m1
         > outbox m2 update p title:T>Y content:null>D v1
         claim
         applied p v2 title=Y content=D
         > p title=Y content=D v2
         > outbox",
    );
    run(
        "1.7: one that waits behind it because of the same field",
        "frame p v1 title=T
         edit p title=X
         claim
         refused p no
         edit p title=X2 when title=X
         > outbox m1 update p title:T>X v1 parked(no) | m2 update p title:X>X2 v1 when
         edit p title=Y
         > says m3 m1
         > outbox m2 update p title:T>X2 v1 when | m3 update p title:X2>Y
         > p title=Y v1",
    );
    run(
        "1.7: two that are parked",
        "frame p v1 title=T
         edit p title=X
         claim
         refused p no
         edit p content=C
         claim
         refused p no
         edit p title=Y
         > says m3 m1
         > outbox m2 update p content:null>C v1 parked(no) | m3 update p title:T>Y v1
         edit p title=Z content=D
         > says m3 m2
         > outbox m3 update p title:T>Z content:null>D v1
         > p title=Z content=D v1",
    );
    run(
        "1.7: over what has come meanwhile, and is shown",
        "frame p v1 title=T
         edit p title=X
         claim
         refused p no
         frame p v2 title=R
         > p title=R v2
         edit p title=Y content=C
         > says m2 m1
         > p title=Y content=C v2
         > outbox m2 update p title:R>Y content:null>C v2",
    );
    run(
        "1.7, 1.1: what has come meanwhile and was not seen is met, not overwritten",
        "frame p v1 title=T
         edit p title=X
         claim
         refused p no
         read p as x
         frame p v2 title=R
         save x title=Y content=C
         > p title=R content=C v2
         > outbox m1 update p title:T>X v1 parked(no) | m2 update p content:null>C v2
         > conflicts m2 title:X/Y/R",
    );
    run(
        "1.7: a list",
        "frame p v1 tags=[a]
         edit p tags=[a,b]
         claim
         refused p no
         frame p v2 tags=[a,c]
         > p title=T tags=[a,c,b] v2
         edit p tags=[a,c,b,d]
         > says m2 m1
         > outbox m2 update p tags:[a,c]>[a,c,b,d] v2",
    );
}

#[test]
fn a_parked_update_holds_back_its_fields_only() {
    run(
        "1.7: what waits behind it lets another field pass",
        "frame p v1 title=T
         edit p title=X
         claim
         refused p no
         edit p title=X2 when title=X
         edit p content=C
         > outbox m1 update p title:T>X v1 parked(no) | m2 update p title:X>X2 v1 when | m3 update p content:null>C
         claim
         > says m3
         applied p v2 title=T content=C
         > p title=X2 content=C v2
         > outbox m1 update p title:T>X v1 parked(no) | m2 update p title:X>X2 v2 when
         claim
         > says",
    );
}

#[test]
fn deleting_a_record_whose_create_is_parked_cancels_both() {
    run(
        "1.7: and what was changed since",
        "new p title=A
         claim
         refused p no
         edit p title=B
         delete p
         > says nothing m1 m2
         > p none
         > outbox",
    );
    run(
        "1.7: somebody else has made it meanwhile",
        "new p title=A
         claim
         refused p no
         frame p v3 title=R
         delete p
         > says m2 m1
         > p none
         > outbox m2 delete p v3",
    );
    run(
        "1.4: a condition is not cancelled",
        "new p title=A
         claim
         refused p no
         delete p when title=A
         > outbox m1 create p title=A parked(no) | m2 delete p when",
    );
}

#[test]
fn what_is_parked_or_unsent_is_written_anew() {
    run(
        "1.7: a parked create, and what stands on it",
        "new p title=A rating=1
         claim
         refused p no
         edit p title=B content=C
         amend p title=A2 rating=2
         > p title=B content=C rating=2
         > outbox m3 create p title=A2 rating=2 | m2 update p title:A2>B content:null>C
         claim
         applied p v1 title=A2 rating=2
         > p title=B content=C rating=2 v1
         claim
         applied p v2 title=B content=C rating=2
         > outbox",
    );
    run(
        "1.7: a parked update, on what has come meanwhile",
        "frame p v1 title=T
         edit p title=X
         claim
         refused p no
         frame p v2 title=T content=R
         amend p title=Y rating=3
         > p title=Y content=R rating=3 v2
         > outbox m2 update p title:T>Y rating:null>3 v2",
    );
    run(
        "1.7: back to what the server has",
        "frame p v1 title=T
         edit p title=X
         claim
         refused p no
         amend p title=T
         > says m2
         > p title=T v1
         > outbox",
    );
    run(
        "1.7: one that was not sent",
        "frame p v1 title=T
         edit p title=X when title=T
         edit p title=Y
         amend p title=Z
         > p title=Y v1
         > outbox m3 update p title:T>Z v1 when | m2 update p title:Z>Y",
    );
    run(
        "1.7: refused while its outcome is unknown, and of a delete",
        "frame p v1 title=T
         edit p title=X
         claim
         amend p title=Y
         > says error: mutation m1 is not parked: it has been sent and its outcome is unknown
         > p title=X v1",
    );
    run(
        "1.7: nothing that does not fit",
        "new p title=A
         claim
         refused p no
         amend p title=null
         > outbox m1 create p title=A parked(no)",
    );
}
