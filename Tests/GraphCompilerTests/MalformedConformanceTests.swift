import GraphCompiler
import GraphDiagnostics
import GraphTestSupport
import Testing

/// Broken graphs that were written against another tool, each with the codes and lines that it gives here.
@Suite(.enabled(if: Conformance.isAvailable)) struct MalformedConformanceTests {
  @Test(
    arguments: [
      // What this version carries out.
      ("m00_good", []), ("m02_unknown_node_key", ["GR0101:16"]), ("m04_bad_node_type", ["GR0112:12"]),
      ("m06_edge_from_unknown", ["GR0201:19"]), ("m08_no_path_to_end", ["GR0303:16"]),
      ("m10_missing_variable", ["GR0230:2"]), ("m12_dup_top_key", ["GR0011:14"]), ("m14_stream_schema", []),
      ("m16a_map_over_scalar", ["GR0160:13"]), ("m16c_map_over_unknown", ["GR0220:13"]),
      ("m17a_cond_ltgt", ["GR0502:21"]), ("m17c_cond_not", ["GR0220:21"]), ("m17e_cond_single_eq", ["GR0502:21"]),
      ("m17g_cond_unclosed_quote", ["GR0503:21"]), ("m17i_cond_chained", []), ("m17k_cond_braces", ["GR0505:21"]),
      ("m17m_cond_literal_left", []), ("m17o_cond_nonstring", ["GR0102:21"]),
      ("m17q_cond_right_typo_key", ["GR0220:21"]), ("m19_tabs", ["GR0005:6"]), ("m21_top_list", ["GR0102:1"]),
      ("m23_no_end", ["GR0303:11"]), ("m25_no_nodes", ["GR0103:1"]), ("m27a_router_no_routes", ["GR0103:11"]),
      ("m27c_router_bad_target", ["GR0201:16"]), ("m27e_router_route_to_end", ["GR0208:16"]),
      ("m27g_router_field_not_in_schema", ["GR0123:15"]), ("m27i_router_edge_missing_route", ["GR0208:16"]),
      ("m29a_cond_gap", ["GR0309:20"]), ("m30a_limit_unknown", ["GR0201:19"]), ("m30c_limit_string", ["GR0102:19"]),
      ("m30e_limit_negative", ["GR0105:19"]), ("m31a_bad_reducer", []), ("m31c_generic_type", []),
      ("m33_bad_provider", ["GR0126:16"]), ("m34b_str_temperature", ["GR0102:16"]),
      ("m41a_int_no_cp", []), ("m41c_int_no_resume", []), ("m43b_sub_circular", ["GR0261:13"]),
      ("m43d_sub_map_typo", ["GR0262:14", "GR0262:15"]),
      ("m40a_var_unknown_state", ["GR0220:14"]), ("m40c_var_list", []), ("m44b_schema_no_type", ["GR0103:7"]),
      ("m44d_schema_bad_constraint", ["GR0674:7"]), ("m44f_output_schema_array", ["GR0680:5"]),
      ("m46b_pass_outputs_alias", ["GR0101:13"]), ("m46d_pass_bad_expr", []), ("m46f_pass_unknown_key", []),
      ("m48_cond_on_fanout", []), ("m49b_edge_type_typo", ["GR0106:19"]), ("m50b_node_named_END", ["GR0110:11"]),
      ("m50d_node_dunder", []), ("m52a_prompt_yaml_bad", ["GR0006:1"]), ("m52c_prompt_messages", []),
      ("m53c_json_braces", []), ("m54b_version_future", ["GR0108:1"]), ("m55b_node_null", ["GR0107:11"]),
      ("m56_edges_dict", ["GR0102:17"]), ("m57b_config_string", ["GR0102:19"]), ("m59_top_provider", ["GR0114:5"]),
      ("m61b_edge_to_start", ["GR0203:19"]), ("m74_bom", []), ("m76_anchor_merge", []),
      ("m36_fallback_no_provider", ["GR0184:17"]), ("m42_cp_typo", ["GR0106:5"]), ("m45b_data_traversal", ["GR0280:5"]),
      ("m71b_guard_bad_expr", []),
      ("m37b_py_func_missing", ["GR0258:11"]), ("m37d_shell_no_command", ["GR0101:11"]),
      ("m37f_tool_unknown_key", ["GR0101:11"]), ("m38_agent_unknown_tool", ["GR0250:14"]),
      ("m65_agent_iter0", ["GR0132:14", "GR0105:15"]), ("m70_race_one", ["GR0129:15"]),
      ("m16e_map_sub_bad_type", ["GR0112:19"]), ("m62b_interactive_valid", []), ("m78_map_extra_end", []),
    ] as [(String, [String])])
  func `a broken graph gives exactly what is wrong with it`(name: String, expected: [String]) throws {
    let folder = try #require(Conformance.folder)
    let found = testCompiler().compile("\(folder)/malformed/\(name)/graph.yaml").diagnostics
    #expect(found.map { "\($0.code):\($0.span?.start.line ?? 0)" } == expected)
  }
}
