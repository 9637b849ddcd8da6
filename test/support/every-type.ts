/** Modules that have every type and kind of node, for tests of generated types. */

export const EVERY_TYPE = `module every {
  yang-version 1.1; namespace "urn:every"; prefix e;
  identity animal; identity cat { base animal; } identity dog { base animal; }
  identity pet; identity hamster { base animal; base pet; }
  typedef colour { type enumeration { enum red; enum "light blue"; enum "it's"; } }
  typedef flags { type bits { bit up; bit down; bit test-mode; } }
  typedef percent { type uint8 { range "0..100"; } units "percent"; default "50"; }
  grouping endpoint { leaf host { type string; mandatory true; } leaf port { type uint16; } }
  container top {
    description "Everything there is.
      @deprecated is no tag here, and */ ends nothing.";
    leaf a-string { type string { length "1..8"; pattern "[a-z ]*"; } }
    leaf an-int8 { type int8; }
    leaf an-int64 { type int64; }
    leaf a-uint64 { type uint64 { range "0..18446744073709551615"; } }
    leaf a-decimal { type decimal64 { fraction-digits 2; range "-10.5..10.5"; } }
    leaf a-boolean { type boolean; }
    leaf an-empty { type empty; }
    leaf an-enum { type colour; }
    leaf an-inline-enum { type enumeration { enum one; enum two; } default one; }
    leaf some-bits { type flags; }
    leaf more-bits { type bits { bit x; bit y; } }
    leaf a-binary { type binary { length "0..16"; } }
    leaf an-identity { type identityref { base animal; } }
    leaf two-bases { type identityref { base animal; base pet; } }
    leaf an-instance { type instance-identifier { require-instance false; } }
    leaf a-reference { type leafref { path "../an-int64"; } }
    leaf a-union { type union {
      type int8; type uint64; type boolean; type empty; type colour; type flags; type binary;
      type identityref { base animal; } type leafref { path "../a-decimal"; }
      type union { type enumeration { enum inner; } } } }
    leaf a-text-union { type union { type percent; type string; type colour; } }
    leaf load { type percent; }
    leaf-list numbers { type uint16; ordered-by user; }
    leaf-list bigs { type uint64; }
    leaf-list flag-sets { type flags; }
    leaf-list mixed { type union { type uint8; type enumeration { enum any; } } }
    leaf-list animals { type identityref { base animal; } }
    container plain { container inner { leaf text { type string; } } }
    container present { presence "here"; leaf text { type string; } }
    container needing { presence "needs"; leaf must { type string; mandatory true; } container deep { uses endpoint; } }
    list entry { key "id name"; leaf value { type string; } leaf name { type string; } leaf id { type int32; }
      leaf counter { type uint64; config false; }
      list sub { key k; leaf k { type uint64; } } 
      action reset { input { leaf how { type colour; mandatory true; } } output { leaf count { type uint32; } } }
      notification overflow { leaf at { type int64; } } }
    list step { key n; ordered-by user; leaf n { type uint8; } leaf text { type string; } }
    list sample { config false; leaf at { type int64; } }
    container status { presence "known"; config false; leaf up { type boolean; mandatory true; } }
    choice way {
      case by-name { leaf name { type string; } leaf name-hint { type string; } }
      case by-number { leaf number { type uint32; mandatory true; } }
      container by-box { leaf size { type uint8; } }
      case nested { choice inner { leaf left { type string; } leaf right { type string; } } }
    }
    choice unit { leaf metric { type empty; } leaf imperial { type empty; } }
    anydata free; anyxml xml;
  }
  container target { choice store { mandatory true; leaf running { type empty; } leaf candidate { type empty; } container remote { uses endpoint; } } }
  container optional-pair { choice pair { case a { leaf a1 { type string; mandatory true; } } case b { leaf b1 { type string; mandatory true; } } } }
  rpc ping { input { leaf host { type string; mandatory true; } } output { leaf millis { type uint32; mandatory true; } leaf via { type string; } } }
  rpc nothing;
  notification alarm { leaf severity { type colour; mandatory true; } }
}`;

/** Adds to the module, also what would take its names. */
export const ADDING = `module adding {
  yang-version 1.1; namespace "urn:adding"; prefix a;
  import every { prefix e; }
  identity fish { base e:animal; }
  augment /e:top { leaf extra { type string; } leaf an-int8 { type string; } leaf aString { type string; } }
  augment /e:ping/e:input { leaf size { type uint16; } }
}`;

/** What defines the statements for structures (RFC 8791; RFC 8040, section 8). */
export const STRUCTURE_MODULES: readonly (readonly [string, string])[] = [
  [
    'ietf-yang-structure-ext.yang',
    `module ietf-yang-structure-ext { namespace "urn:ietf:params:xml:ns:yang:ietf-yang-structure-ext"; prefix sx;
       extension structure { argument name; } extension augment-structure { argument path; } }`,
  ],
  [
    'ietf-restconf.yang',
    `module ietf-restconf { namespace "urn:ietf:params:xml:ns:yang:ietf-restconf"; prefix rc; extension yang-data { argument name; } }`,
  ],
];
