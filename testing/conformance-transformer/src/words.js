// Words that try every rule of English plurals: the package's own exceptions, and stems with each ending that a rule knows.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(createRequire(import.meta.url).resolve("@aws-amplify/graphql-api-construct"));

const STEMS = ["A", "B", "St", "Qu", "Ch", "Cl", "Post", "Over", "Sl", "Tri"];
const ENDINGS = `
  a o e y i s x z us is ss sh ch zz th um on an en ex ix ax ox as es os oes ies ves ses ces men man woman person people
  child children mouse mice louse lice titmouse ay ey oy uy guy quy ly ny money honey abbey f fe ff lf leaf loaf hoof roof
  arf knife wife life axis testis crisis basis alias atlas gas iris virus census campus octopus cactus fungus focus nucleus
  radius stimulus alumnus alumna alga vertebra aphelion criterion phenomenon automaton polyhedron datum bacterium stratum
  ovum agenda curriculum millennium quorum symposium seraph cherub seraphim potato tomato hero echo photo matrix codex murex
  silex vertex index appendix ese chinese ias ilas ejas izas ium iam emu ens menu deer sheep fish measles pox pokemon
  ois ous eaux eau quiz ice oxen data media status address news series log key value id
`.trim().split(/\s+/);
const NAMES = `
  Account Activity Address Album Alias Answer Article Asset Author Avatar Badge Batch Bill Booking Box Branch Brush Budget
  Bus Business Calendar Campaign Car Cart Case Category Change Channel Chapter Chat City Class Client Comment Company
  Contact Country Course Crisis Currency Customer Day Deal Delivery Device Diary Discount Document Dress Driver Echo Employee
  Entry Event Exercise Expense Family Favourite Feedback File Flight Folder Form Game Glass Goal Group Guest Half Hero Hobby
  Hotel House Image Index Industry Inventory Invoice Issue Item Job Journey Key Kitchen Knife Label Language Leaf Lens
  Lesson Library Life Like List Location Loss Lunch Match Meal Medium Meeting Member Memory Menu Message Metadata Metric
  Money Month Mouse Movie Note Notification Offer Order Owner Page Party Pass Patch Patient Payment Penalty Person Phase
  Photo Piano Piece Place Plan Player Policy Poll Post Price Prize Process Product Profile Progress Project Proof Property
  Purchase Query Question Queue Quiz Radio Reaction Receipt Recipe Region Reply Report Request Response Result Review Roof
  Room Route Rule Salary Sale Sandwich Scarf Schema Score Search Season Self Series Service Session Shelf Shift Shoe Shop
  Skill Software Staff Stage Status Step Stimulus Stock Store Story Strategy Studio Subscription Summary Supply Survey
  Switch Symptom Tag Task Tax Team Template Tenancy Test Thesis Thief Ticket Time Todo Tomato Tooth Topic Toy Track Trade
  Tree Trip Truck Type Unit User Vaccine Value Vehicle Vendor Version Veto Video View Virus Visit Vote Voucher Watch Wave
  Week Wife Window Wish Wolf Woman Word Workout Year Zone
`.trim().split(/\s+/);

/// The words that the package's tables name one by one.
function exceptions() {
  const source = readFileSync(require.resolve("pluralize"), "utf8");
  const words = [...source.matchAll(/'([a-z]+)'/g)].map((match) => match[1]);
  return words.map((word) => word[0].toUpperCase() + word.slice(1));
}

/// Words as names of types: with a capital, in upper case and in small letters, each once.
export function words() {
  const capital = [...exceptions(), ...NAMES, ...STEMS.flatMap((stem) => ENDINGS.map((ending) => stem + ending))];
  const ends = ENDINGS.map((ending) => ending[0].toUpperCase() + ending.slice(1));
  const mixed = NAMES.flatMap((name) => [`My${name}`, `my${name}`]);
  const all = [...capital, ...ends].flatMap((word) => [word, word.toUpperCase(), word.toLowerCase()]);
  return [...new Set([...all, ...mixed])];
}
