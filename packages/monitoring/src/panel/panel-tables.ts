/** Of each listing what panels need of it as a peer: whose offers it belongs to, and its price. docs/decisions/0331. */
import { sql } from 'kysely'

export const PANEL_OFFERS = sql`
  create table panel_offer (
    listing_id text primary key,
    organisation_id text not null,
    subject bytea not null,
    shop_id text,
    price double precision,
    again_at timestamptz
  );
  create index panel_offer_by_subject on panel_offer (organisation_id, subject);
  create index panel_offer_again on panel_offer (organisation_id, again_at) where again_at is not null;
`

/** Whether a panel has told of a listing already is asked of thousands at a time. */
export const LEADS_BY_LISTING = sql`create index lead_by_listing on lead (listing_id, behaviour)`
