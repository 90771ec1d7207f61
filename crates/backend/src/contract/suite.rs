//! The list of all tests.

/// The tests of the contract for a [`Harness`], which is named by a path that begins with `crate`.
#[macro_export]
macro_rules! contract_suite {
    ($harness:ty) => {
        $crate::contract_suite! { @ $harness,
            write {
                versions_grow_by_one,
                a_tombstone_keeps_its_values_and_can_be_revived,
                kept_and_rejected_change_nothing,
                nothing_can_be_neither_kept_nor_deleted,
                a_decision_sees_what_came_before_in_its_batch,
                what_does_not_fit_the_model_is_rejected,
                every_kind_of_value_comes_back,
                observers_hear_each_commit_in_order,
            }
            atomic { all_of_it, or_nothing, an_undone_batch_leaves_no_trace }
            log {
                a_decision_sees_the_changes_since_its_base,
                the_log_keeps_objects,
                what_the_log_cannot_answer_is_none,
                the_log_tells_whose_change_it_was,
            }
            ids {
                a_repeat_answers_with_the_current_row,
                only_what_was_applied_is_remembered,
                an_id_belongs_to_its_principal_and_record,
                ids_survive_a_restart,
                a_store_that_forgets_is_noticed,
            }
            read { get_answers_in_the_order_of_its_keys, every_read_takes_its_scope, reads_see_tombstones }
            list {
                keys_order_by_their_columns,
                pages_join_without_gap_or_overlap,
                large_records_come_in_several_pages,
                conditions_on_one_sort_field,
                conditions_on_several_sort_fields_compare_joined_text,
                the_first_fields_of_a_key_may_be_given,
                many_lists_are_read_at_once,
                an_index_holds_only_complete_records,
                a_relation_joins_by_its_fields,
                requests_that_do_not_fit_are_refused,
            }
            sync {
                a_base_sync_goes_by_key,
                a_delta_sync_brings_each_change_once,
                the_edge_of_last_sync_is_included,
                five_thousand_changes_in_one_millisecond,
                writes_between_pages_are_not_missed,
                a_scope_may_leave_pages_short,
                a_page_ends_with_its_bytes,
                pages_side_by_side_hold_everything,
                cursors_of_elsewhere_are_refused,
                work_is_done_to_the_page_that_is_answered,
            }
            time { stamps_never_decrease, no_stamp_below_a_started_at, time_goes_on_after_a_restart }
            leaves {
                what_left_the_scope_is_told,
                what_was_never_seen_is_not_told,
                pages_hold_rows_and_leaves,
                what_changes_between_pages_is_told,
                beyond_the_log_nothing_is_told,
            }
            purge {
                only_what_is_old_goes,
                a_sync_from_before_the_horizon_is_a_base_sync,
                a_sync_that_is_overtaken_begins_anew,
                the_horizon_is_durable_before_anything_goes,
                a_clock_that_jumps_makes_nothing_old,
                a_delta_of_any_age_without_the_log,
                merging_is_conservative_beyond_the_log,
                an_id_that_is_gone_is_new,
                a_client_that_was_away_comes_to_what_is_there,
                the_next_life_begins_with_an_empty_log,
            }
            race { no_change_is_missed, a_dishonest_started_at_is_noticed }
            model { the_same_as_the_memory_backend }
        }
    };
    (@ $harness:ty, $($theme:ident { $($case:ident),* $(,)? })*) => {
        $(mod $theme {
            $(#[test]
            fn $case() {
                $crate::contract::$theme::$case::<$harness>();
            })*
        })*
    };
}
