/** Modules with what paths and values have to cope with. */
export const SHOP_MODULES: Readonly<Record<string, string>> = {
  'shop@2026-01-01.yang': `module shop {
  yang-version 1.1; namespace "urn:shop"; prefix sh;
  revision 2026-01-01;
  identity color;
  identity red { base color; }
  identity blue { base color; }
  container shop {
    leaf name { type string; }
    leaf open { type boolean; }
    leaf fixed { type empty; }
    leaf size { type enumeration { enum small; enum large; } }
    leaf-list tag { type string; }
    anydata blob;
    leaf visitors { config false; type uint32; }
    list item {
      key "name kind";
      leaf name { type string; }
      leaf kind { type string; }
      leaf price { type decimal64 { fraction-digits 2; } }
      leaf color { type identityref { base color; } }
      container box { presence "there is a box"; leaf depth { type uint8; } }
      action restock {
        input { leaf amount { type uint32; } }
        output { leaf total { type uint32; } }
      }
    }
  }
  rpc order { input { leaf item { type string; } leaf amount { type uint32; } } }
  notification sold { leaf item { type string; } }
}`,
  'shop-extra@2026-01-01.yang': `module shop-extra {
  yang-version 1.1; namespace "urn:shop-extra"; prefix sx;
  import shop { prefix s; }
  revision 2026-01-01;
  identity green { base s:color; }
  augment "/s:shop" {
    container shelf { leaf wood { type string; } }
    leaf note { type string; }
  }
  augment "/s:shop/s:item" { leaf weight { type uint32; } }
}`,
  'shop-other@2026-01-01.yang': `module shop-other {
  yang-version 1.1; namespace "urn:shop-other"; prefix sx;
  import shop { prefix s; }
  revision 2026-01-01;
  augment "/s:shop" { leaf note { type string; } }
}`,
};

export const SHOP_NAMES = ['shop', 'shop-extra', 'shop-other'] as const;
