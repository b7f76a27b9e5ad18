/**
 * The audit log in the database: rows are only ever added, each carries the hash of the one before it in its
 * organisation, and each is put into the outbox for the ledger in the same transaction. docs/formats/audit.md.
 */
import { sql } from 'kysely'

/** Outbox channel of audit events on their way to the ledger; the payload is `{"id": event id}`. */
export const AUDIT_CHANNEL = 'audit'

/**
 * People's requests add events through the function only: it derives every column from the record, so that what is
 * shown and what is hashed cannot differ, and it refuses another organisation's name.
 */
export const AUDIT_CHAIN = sql`
  create table audit_event (
    seq bigint generated always as identity primary key,
    id text not null unique,
    organisation_id text not null,
    at timestamptz not null,
    actor text not null,
    action text not null,
    subject text not null,
    detail text not null,
    address text,
    record text not null,
    previous bytea not null,
    hash bytea not null,
    salt_sha256 bytea not null,
    salt_sm3 bytea not null,
    ledger_index bigint
  );
  create index audit_event_newest on audit_event (organisation_id, seq desc);
  create index audit_event_by_action on audit_event (organisation_id, action, seq desc);
  create index audit_event_unfixed on audit_event (seq) where ledger_index is null;

  create table audit_head (organisation_id text primary key, hash bytea not null, events bigint not null);

  create function audit_append(
    record text, organisation text, salt_sha256 bytea, salt_sm3 bytea, outbox_id text
  ) returns void language plpgsql security definer set search_path = public, pg_temp as $$
  declare
    event jsonb := record::jsonb;
    acting text := current_setting('app.organisation_id', true);
    head bytea;
    next bytea;
  begin
    if event ->> 'organisation' <> organisation or (coalesce(acting, '') <> '' and acting <> organisation) then
      raise exception 'an audit event of another organisation';
    end if;
    insert into audit_head values (organisation, '\\x0000000000000000000000000000000000000000000000000000000000000000', 0)
      on conflict do nothing;
    select h.hash into head from audit_head h where h.organisation_id = organisation for update;
    next := sha256(head || convert_to(record, 'UTF8'));
    insert into audit_event (id, organisation_id, at, actor, action, subject, detail, address,
      record, previous, hash, salt_sha256, salt_sm3)
    values (event ->> 'id', organisation, (event ->> 'at')::timestamptz, event ->> 'actor', event ->> 'action',
      event ->> 'subject', event ->> 'detail', event ->> 'address', record, head, next, salt_sha256, salt_sm3);
    update audit_head h set hash = next, events = h.events + 1 where h.organisation_id = organisation;
    insert into outbox (id, channel, payload, created_at, due_at)
    values (outbox_id, 'audit', jsonb_build_object('id', event ->> 'id'), (event ->> 'at')::timestamptz, (event ->> 'at')::timestamptz);
  end $$;

  create function audit_refuse_change() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and old.ledger_index is null and new.ledger_index is not null
      and to_jsonb(new) - 'ledger_index' = to_jsonb(old) - 'ledger_index' then
      return new;
    end if;
    raise exception 'the audit log is only added to' using errcode = 'insufficient_privilege';
  end $$;
  create trigger audit_event_append_only before update or delete on audit_event
    for each row execute function audit_refuse_change();
  create trigger audit_event_no_truncate before truncate on audit_event
    for each statement execute function audit_refuse_change();

  alter table audit_event enable row level security;
  create policy audit_event_people on audit_event to mingzheng_people
    using (organisation_id = current_setting('app.organisation_id', true)
      and 'audit-admin' = any (string_to_array(current_setting('app.roles', true), ',')));
  grant select on audit_event to mingzheng_people;
  revoke execute on function audit_append from public;
  grant execute on function audit_append to mingzheng_people;
`
