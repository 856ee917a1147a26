//! A campaign's issue from its making to its result, the same for each tracker.

use super::stand_in::ME;
use super::{CAMPAIGN, KINDS, PEOPLE, PROGRAMME, Scene};
use crate::connect::round_issue::Synced;
use crate::connect::tracker::Trouble;
use keepsharp_domain::access::{Role, grant};
use keepsharp_domain::fact::{CountVia, TrackerKind};
use keepsharp_domain::{World, attestation, completion, deputy, round};

fn each(check: impl Fn(&Scene)) {
    for kind in KINDS {
        check(&Scene::new(kind));
    }
}

#[test]
fn opening_makes_an_issue_with_the_table_and_mentions_each_manager_once() {
    each(|scene| {
        let synced = scene.sync();
        assert_eq!(synced, Synced { linked: true, written: true, counts: 0, comments: 1 }, "{:?}", scene.kind);
        assert_eq!((scene.row("Mara Lind"), scene.row("Other teams")), ("4 | 0".to_owned(), "3 | 0".to_owned()));
        let text = scene.text();
        assert!(text.contains("**0 of 10 (0 %)** have taken it. The goal is 90 % by 31 December 2026."), "{text}");
        assert!(text.contains("(https://keepsharp.example/team)"), "{text}");
        let checkpoint = scene.store.world().unwrap().origin().unwrap().to_owned();
        assert!(text.contains(&format!("```\n{checkpoint}\n")), "the ledger's head stands under the table: {text}");
        assert!(
            scene.mentions()[0].starts_with("@Bo.Tan @mara: ") || scene.mentions()[0].starts_with("@mara @Bo.Tan: ")
        );
        assert_eq!(scene.sync(), Synced::default());
        scene.next_day();
        assert_eq!(scene.sync(), Synced::default(), "nothing moved");
        let model = scene.server.model();
        assert_eq!((model.issues.len(), model.ours(1).len()), (1, 1));
        let world = scene.store.world().unwrap();
        let link = world.rounds().issue(CAMPAIGN).unwrap();
        assert_eq!((link.tracker, link.adopted, link.number), (scene.kind, false, 1));
        assert!(link.url.ends_with("/issues/1"));
    });
}

#[test]
fn no_engineer_is_named_small_teams_are_folded_and_names_do_no_harm() {
    each(|scene| {
        scene.settle();
        scene.comment("mara", "9 of 9");
        scene.comment("cy", "5");
        scene.settle();
        let said = scene.text() + &scene.server.model().ours(1).join("\n");
        for (id, name, username, title, _) in PEOPLE {
            if title == "Developer" || id == "M3" || id == "M4" {
                assert!(!said.contains(name), "{name} is named in {said}");
                // Whoever wrote a comment is spoken to; nobody else.
                assert!(id == "M3" || !said.contains(username), "{username} is named in {said}");
            }
        }
        let text = scene.text();
        let mentions = text.match_indices('@').any(|(at, _)| !text[at + 1..].starts_with('\u{200b}'));
        assert!(!mentions, "a table mentions nobody: {text}");
        assert_eq!(scene.row(r"Bo \| \<b\>\@"), "3 | 0");
        assert!(!said.contains("team has 1"), "a reply does not tell the size of a small team");
    });
}

#[test]
fn an_issue_that_the_campaign_names_is_adopted_and_what_people_wrote_stays() {
    for kind in KINDS {
        let scene = Scene::with(kind, "issue = 2");
        {
            let mut model = scene.server.model();
            model.create("mara", "Something else", "");
            model.create("olga", "Training", "What we wrote.\r\n\r\n- [ ] a box");
            model.comment("mara", 2, "what is this?");
        }
        assert!(scene.sync().linked, "{kind:?}");
        let text = scene.text();
        assert!(text.starts_with("What we wrote.\r\n\r\n- [ ] a box\n\n<!-- keepsharp:campaign:"), "{text}");
        assert!(scene.store.world().unwrap().rounds().issue(CAMPAIGN).unwrap().adopted);
        scene.server.model().edit("olga", 2, "What we wrote.", "What we wrote anew.");
        scene.server.model().edit("olga", 2, ":end -->", ":end -->\n\nAnd after it.");
        scene.comment("mara", "2 of 4");
        scene.next_day();
        scene.settle();
        let text = scene.text();
        assert!(text.starts_with("What we wrote anew.\r\n\r\n- [ ] a box\n\n<!--"), "{text}");
        assert!(text.ends_with(":end -->\n\nAnd after it.") && scene.row("Mara Lind") == "4 | 2", "{text}");
        assert_eq!(scene.server.model().issues.len(), 2);
    }
}

#[test]
fn the_table_is_written_at_most_once_a_day() {
    each(|scene| {
        scene.settle();
        let day = scene.today();
        scene.is_told(move |world: &World| {
            let ix = world.people().find("M1").unwrap();
            attestation::attest(world, ix, CAMPAIGN, 3, None, day)
        });
        assert_eq!(scene.sync(), Synced::default(), "it was written today");
        assert_eq!(scene.row("Mara Lind"), "4 | 0");
        scene.next_day();
        assert!(scene.sync().written);
        assert_eq!(scene.row("Mara Lind"), "4 | 3");
        assert!(scene.text().contains("3 of 10 (30 %)") && scene.text().contains("As of 21 November 2026"));
        let day = scene.today();
        scene.is_told(move |world: &World| {
            let list = "employee_id,course,completed_on,strength\nE5,full,2026-11-20,completed\n";
            let columns = std::collections::BTreeMap::new();
            let file = keepsharp_domain::sheet::File { bytes: list.as_bytes(), sha256: "", columns: &columns };
            Ok(completion::import(world, file, day)?.0)
        });
        assert_eq!(scene.sync(), Synced::default());
        scene.next_day();
        scene.settle();
        assert_eq!(scene.row("Bo"), "3 | 1");
        assert_eq!(scene.mentions().len(), 1);
    });
}

#[test]
fn a_number_changed_in_the_table_counts_as_said_by_who_changed_it() {
    each(|scene| {
        scene.settle();
        scene.edit("Mara", " | 4 | 0 |", " | 4 | **2/4** |");
        assert_eq!(scene.sync().counts, 1, "{:?}", scene.kind);
        assert_eq!(scene.sync(), Synced::default());
        let (count, source) = scene.counts("M1").pop().unwrap();
        let source = source.unwrap();
        assert_eq!((count, source.via), (2, CountVia::Table));
        let is_untold = scene.kind == TrackerKind::Forgejo;
        let editors = if is_untold { vec![] } else { vec![scene.id("M1")] };
        assert_eq!((source.untold, source.editors), (is_untold, editors), "{:?}", scene.kind);
        // The same table is changed again before it is written again, and back.
        scene.edit("mara", "**2/4**", "3");
        scene.settle();
        assert_eq!(scene.count("M1"), Some(3));
        scene.edit("mara", " | 4 | 3 |", " | 4 | 0 |");
        scene.settle();
        assert_eq!(scene.count("M1"), Some(0));
        scene.edit("mara", " | 4 | 0 |", " | 4 | all |");
        scene.settle();
        assert_eq!(scene.count("M1"), Some(4));
        scene.next_day();
        scene.settle();
        assert_eq!(scene.row("Mara Lind"), "4 | 4");
        assert_eq!((scene.replies(), scene.counts("M1").len()), (vec![], 4));
    });
}

#[test]
fn where_two_people_changed_the_text_the_count_says_that_it_cant_be_told() {
    each(|scene| {
        scene.settle();
        scene.edit("olga", "Questions and answers", "Questions, answers");
        scene.edit("mara", " | 4 | 0 |", " | 4 | 2 |");
        scene.settle();
        let source = scene.counts("M1").pop().unwrap().1.unwrap();
        assert!(source.untold);
        if scene.kind != TrackerKind::Forgejo {
            let mut expected = vec![scene.id("M1"), scene.id("O1")];
            expected.sort();
            assert_eq!(source.editors, expected);
        }
        // What was read before is not in question any more.
        scene.edit("bo.tan", " | 3 | 0 |", " | 3 | 1 |");
        scene.settle();
        let source = scene.counts("M2").pop().unwrap().1.unwrap();
        if scene.kind != TrackerKind::Forgejo {
            assert_eq!((source.untold, source.editors), (false, vec![scene.id("M2")]));
        }
    });
}

#[test]
fn a_number_changed_by_somebody_else_gets_a_reply_and_goes_back() {
    each(|scene| {
        if scene.kind == TrackerKind::Forgejo {
            return;
        }
        scene.settle();
        scene.edit("eng-one", " | 4 | 0 |", " | 4 | 4 |");
        scene.settle();
        assert_eq!(scene.counts("M1"), []);
        assert_eq!(scene.replies().len(), 1);
        assert!(scene.replies()[0].starts_with("@eng-one, a number in the table was changed"), "{:?}", scene.replies());
        scene.next_day();
        scene.settle();
        assert_eq!((scene.row("Mara Lind"), scene.replies().len()), ("4 | 0".to_owned(), 1));
        scene.edit("stranger", " | 4 | 0 |", " | 4 | 4 |");
        scene.settle();
        assert_eq!((scene.counts("M1").len(), scene.replies().len()), (0, 2));
    });
}

#[test]
fn whoever_changes_the_hidden_line_too_is_still_found_by_the_history() {
    for (from, to) in [("over=new", "over=99"), ("over=new", "over=untold"), ("2026-11-20T", "2030-11-20T")] {
        each(|scene| {
            if scene.kind == TrackerKind::Forgejo {
                return;
            }
            scene.settle();
            let text = scene.text().replacen(from, to, 1).replacen(" | 4 | 0 |", " | 4 | 4 |", 1);
            scene.later();
            scene.server.model().write("eng-one", 1, &text);
            scene.settle();
            assert_eq!((scene.count("M1"), scene.replies().len()), (None, 1), "{:?} {to}", scene.kind);
        });
    }
}

#[test]
fn those_who_keep_the_records_and_deputies_may_change_a_number() {
    each(|scene| {
        let today = scene.today();
        scene.is_told(move |world: &World| {
            let mut drafts = grant(world, "O1", Role::Delivery, today)?;
            let manager = world.people().find("M2").unwrap();
            drafts.extend(deputy::name(world, manager, "D1", (today, today), today)?);
            Ok(drafts)
        });
        scene.settle();
        scene.edit("olga", " | 4 | 0 |", " | 4 | 2 |");
        scene.settle();
        scene.edit("dora", " | 3 | 0 |", " | 3 | 3 |");
        scene.settle();
        assert_eq!((scene.count("M1"), scene.count("M2")), (Some(2), Some(3)));
        scene.comment("dora", "2 of 3");
        scene.settle();
        let source = scene.counts("M2").pop().unwrap().1.unwrap();
        assert_eq!((scene.count("M2"), source.editors), (Some(2), vec![scene.id("D1")]));
        assert_eq!(scene.replies(), Vec::<String>::new());
    });
}

#[test]
fn a_comment_that_answers_is_taken_in_once_and_conversation_is_left_alone() {
    each(|scene| {
        scene.settle();
        let first = scene.comment("mara", "Hi! We are at 2 of 4.");
        scene.comment("mara", "What counts for Bo? 3 of 3?");
        scene.comment("eng-one", "4 of 4");
        scene.comment("stranger", "all");
        scene.comment("Bo.tan", "Done for my team!");
        assert_eq!(scene.sync().counts, 2, "{:?}", scene.kind);
        assert_eq!(scene.sync(), Synced::default());
        assert_eq!((scene.count("M1"), scene.count("M2"), scene.replies()), (Some(2), Some(3), vec![]));
        let source = scene.counts("M1").pop().unwrap().1.unwrap();
        assert_eq!((source.via, source.untold, source.editors), (CountVia::Comment, false, vec![scene.id("M1")]));
        // A comment that is changed in its words only says nothing new; in its number, it does.
        scene.later();
        scene.server.model().change_comment(first, "We are at 2 of 4!");
        assert_eq!(scene.sync(), Synced::default());
        scene.later();
        scene.server.model().change_comment(first, "3 of 4");
        assert_eq!(scene.sync().counts, 1);
        assert_eq!(scene.count("M1"), Some(3));
        scene.comment("mara", "all");
        scene.comment("cy", "1");
        scene.settle();
        assert_eq!((scene.count("M1"), scene.count("M3")), (Some(4), Some(1)));
    });
}

#[test]
fn a_wrong_number_gets_one_friendly_reply() {
    each(|scene| {
        scene.settle();
        scene.comment("mara", "5");
        scene.comment("mara", "4 of 3");
        scene.comment("bo.tan", "2 of 5");
        scene.edit("mara", " | 4 | 0 |", " | 4 | 7 |");
        scene.edit("mara", " | 3 | 0 |", " | 3 | lots |");
        scene.settle();
        assert_eq!((scene.count("M1"), scene.count("M2")), (None, Some(2)), "{:?}", scene.kind);
        let replies = scene.replies();
        // Two changes of the table and three comments; who said "lots" does not lead Bo's team, where that can be told.
        assert_eq!(replies.len(), 5, "{replies:#?}");
        for words in ["more than the team has in scope", "more have taken it than there are", "your number is noted"] {
            assert!(replies.iter().any(|reply| reply.contains(words)), "{words}: {replies:#?}");
        }
        scene.next_day();
        scene.settle();
        assert_eq!(scene.row("Mara Lind"), "4 | 0", "the cell goes back");
        assert_eq!(scene.replies().len(), replies.len());
    });
}

#[test]
fn what_was_said_last_holds_wherever_it_was_said() {
    each(|scene| {
        scene.settle();
        scene.comment("mara", "1 of 4");
        scene.later();
        let day = scene.today();
        scene.is_told(move |world: &World| {
            attestation::attest(world, world.people().find("M1").unwrap(), CAMPAIGN, 3, None, day)
        });
        scene.settle();
        assert_eq!(scene.count("M1"), Some(3), "the page was asked after the comment was written");
        scene.comment("mara", "2 of 4");
        scene.settle();
        assert_eq!(scene.count("M1"), Some(2));
    });
}

#[test]
fn who_answers_for_several_teams_but_leads_none_is_asked_which() {
    each(|scene| {
        let today = scene.today();
        scene.is_told(move |world: &World| {
            let named =
                |manager| deputy::name(world, world.people().find(manager).unwrap(), "D1", (today, today), today);
            Ok([named("M1")?, named("M2")?].concat())
        });
        scene.settle();
        scene.comment("dora", "2");
        scene.settle();
        assert_eq!((scene.count("M1"), scene.count("M2"), scene.replies().len()), (None, None, 1));
        assert!(scene.replies()[0].contains("several teams"));
    });
}

#[test]
fn a_manager_who_comes_later_is_mentioned_then() {
    each(|scene| {
        scene.settle();
        let mut people = PEOPLE.to_vec();
        for person in people.iter_mut().filter(|person| person.4 == "M4") {
            person.4 = "M3";
        }
        scene.next_day();
        scene.is_told_roster(&people);
        scene.settle();
        let mentions = scene.mentions();
        assert_eq!(mentions.len(), 2);
        assert!(mentions[1].starts_with("@cy: "), "{mentions:?}");
        assert_eq!(scene.row("Cy Small"), "3 | 0");
    });
}

#[test]
fn a_campaign_that_rests_makes_no_issue_and_mentions_nobody_but_takes_answers_in() {
    each(|scene| {
        let today = scene.today();
        scene.is_told(move |world: &World| round::pause(world, CAMPAIGN, true, today));
        assert_eq!(scene.sync(), Synced::default());
        assert!(scene.server.model().asked.is_empty());
        scene.is_told(move |world: &World| round::pause(world, CAMPAIGN, false, today));
        scene.settle();
        scene.is_told(move |world: &World| round::pause(world, CAMPAIGN, true, today));
        scene.comment("mara", "3 of 4");
        assert_eq!(scene.sync(), Synced { counts: 1, ..Synced::default() });
    });
}

#[test]
fn closing_writes_the_result_once_and_then_leaves_the_issue_alone() {
    each(|scene| {
        scene.settle();
        scene.comment("mara", "4 of 4");
        scene.settle();
        let today = scene.today();
        scene.is_told(move |world: &World| round::close(world, CAMPAIGN, today));
        scene.comment("bo.tan", "3 of 3");
        assert!(scene.sync().written, "also on a day on which it was written before");
        let text = scene.text();
        assert!(text.contains("**Result: 4 of 10 (40 %)** have taken it. The goal was 90 %."), "{text}");
        assert!(text.contains("This round is closed."), "{text}");
        assert_eq!((scene.row("Mara Lind"), scene.row("Bo")), ("4 | 4".to_owned(), "3 | 0".to_owned()));
        assert_eq!(scene.replies().len(), 1, "whoever came too late is told");
        scene.edit("mara", " | 4 | 4 |", " | 4 | 1 |");
        scene.comment("mara", "1 of 4");
        scene.next_day();
        assert_eq!(scene.sync(), Synced::default());
        assert_eq!((scene.count("M1"), scene.replies().len()), (Some(4), 1));
    });
}

#[test]
fn a_campaign_that_counts_what_people_say_asks_no_manager() {
    for kind in KINDS {
        let scene = Scene::with(kind, "counted_by = \"people\"");
        scene.settle();
        assert_eq!(scene.mentions(), Vec::<String>::new());
        assert!(!scene.text().contains("change your number"));
        scene.comment("mara", "4 of 4");
        scene.settle();
        assert_eq!((scene.count("M1"), scene.replies().len()), (None, 1), "{kind:?}");
        assert!(scene.replies()[0].contains("what people record themselves"));
    }
}

#[test]
fn where_the_hidden_lines_are_broken_nothing_is_written_and_somebody_is_told_once() {
    each(|scene| {
        scene.settle();
        scene.edit("mara", ":begin -->", "");
        scene.comment("mara", "2 of 4");
        scene.next_day();
        let before = scene.text();
        for _ in 0..3 {
            let trouble = scene.try_sync().unwrap_err();
            assert!(matches!(&trouble, Trouble::Refused { why } if why.contains("hidden lines")), "{trouble}");
        }
        assert_eq!((scene.text(), scene.replies().len(), scene.count("M1")), (before, 1, Some(2)));
        let whole = scene.text().replacen("fy27-%2Dq4", "fy27-%2Dq4:begin -->", 1);
        let number = scene.number();
        scene.server.model().write("mara", number, &whole);
        scene.settle();
        assert_eq!(scene.row("Mara Lind"), "4 | 2");
    });
}

#[test]
fn a_text_that_a_page_sent_back_with_other_line_ends_is_read_all_the_same() {
    each(|scene| {
        scene.settle();
        let (text, number) = (scene.text(), scene.number());
        let text = format!("Before.\n\n{text}\n\nAfter.").replace('\n', "\r\n").replacen(" | 4 | 0 |", " | 4 | 3 |", 1);
        scene.later();
        scene.server.model().write("mara", number, &text);
        scene.settle();
        assert_eq!(scene.count("M1"), Some(3));
        scene.next_day();
        scene.settle();
        let text = scene.text();
        assert!(text.starts_with("Before.\r\n\r\n") && text.ends_with("\r\n\r\nAfter."), "{text}");
        assert_eq!(scene.row("Mara Lind"), "4 | 3");
    });
}

#[test]
fn a_campaign_follows_to_another_issue_when_its_definition_names_one() {
    for kind in KINDS {
        let scene = Scene::new(kind);
        scene.settle();
        scene.server.model().create("olga", "Another", "Words.");
        let address = format!("issue = \"{}/group/project/issues/2\"", scene.server.address);
        scene.is_told_programme(&PROGRAMME.replace("MORE", &address));
        scene.settle();
        assert_eq!(scene.number(), 2, "{kind:?}");
        assert!(scene.text().starts_with("Words.\n\n<!-- keepsharp:campaign:") && scene.mentions().len() == 1);
    }
}

#[test]
fn a_copy_of_our_text_in_somebody_elses_issue_is_not_taken_for_ours() {
    each(|scene| {
        scene.settle();
        let (text, number) = (scene.text(), scene.number());
        let other = Scene::new(scene.kind);
        let origin = |scene: &Scene| scene.store.world().unwrap().origin().unwrap().to_owned();
        let text = text.replace(&origin(scene), &origin(&other));
        other.server.model().create("mara", "A copy", &text);
        other.settle();
        assert_eq!(number, 1);
        assert_eq!(other.number(), 2, "an issue of our own was made");
        assert_eq!(other.server.model().issues[&2].author, ME);
    });
}
