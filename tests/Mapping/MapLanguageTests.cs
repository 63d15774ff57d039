using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>What expressions and rules mean, seen through worklist attributes.</summary>
public sealed class MapLanguageTests
{
    private const string Header = @"MSH|^~\&|OWN|MERCY|||20260310083015+0530||ADT^A08|1|P|2.5.1|||||IND|UNICODE UTF-8";

    public static TheoryData<string, string, string?> Expressions => new()
    {
        { "PID-8 ?? 'X'", "PID|||1|||||M", "M" },
        { "PID-8 ?? 'X'", "PID|||1", "X" },
        { "PID-8 ?? PID-9.1", "PID|||1|||||\"\"", "" },
        { "PID-8 ?? PID-9.1 ?? 'X'", "PID|||1|||||\"\"", "X" },
        { "PID-8", "PID|||1|||||\"\"", "" },
        { "PID-8", "PID|||1|||||", null },
        { "PID-8", "PID|||1|||||   ", null },
        { "PID-5.1 + '/' + PID-5.2", "PID|||1||A^B", "A/B" },
        { "PID-5.1 + PID-5.2", "PID|||1", null },
        { "PID-3[2].1", "PID|||1^^^A~2^^^B", "2" },
        { "PID-3[last].1", "PID|||1^^^A~2^^^B~3", "3" },
        { "PID-3[.4='B'].1", "PID|||1^^^A~2^^^B", "2" },
        { "PID-3[.4.1='B' and .5 != 'X'].1", "PID|||1^^^B^X~2^^^B&1.2&ISO^MR", "2" },
        { "PID-3[.4='C'].1", "PID|||1^^^A~2^^^B", null },
        { "PID-3[*].1 | join(';')", "PID|||1^^^A~~2^^^B", "1;2" },
        { "PID-3[*].1 | first", "PID|||^^^A~2^^^B", "2" },
        { "PID-3[*] | count | text", "PID|||1~2~3", "3" },
        { "PID-8 = 'M' ? 'male' : PID-8 = 'F' ? 'female' : 'other'", "PID|||1|||||F", "female" },
        { "PID-8 in ['M', 'F'] ? 'known' : 'unknown'", "PID|||1|||||A", "unknown" },
        { "PID-8 in sex ? 'known' : 'unknown'", "PID|||1|||||A", "known" },
        { "PID-3.1 matches '[0-9]+' ? 'number' : 'text'", "PID|||12a", "text" },
        { "PID-3.1 matches '[0-9]+' ? 'number' : 'text'", "PID|||12", "number" },
        { "not PID-8 = 'M' ? 'no' : 'yes'", "PID|||1|||||M", "yes" },
        { "PID-8 != 'M' ? 'no' : 'yes'", "PID|||1", "no" },
        { "PID-8 = null ? 'deleted' : 'kept'", "PID|||1|||||\"\"", "deleted" },
        { "PID-8 = null ? 'deleted' : 'kept'", "PID|||1", "kept" },
        { "exists(PID-8) or exists(PID-9) ? 'one' : 'none'", "PID|||1", "none" },
        { "number(PID-3.1) > 9 ? 'big' : 'small'", "PID|||10", "big" },
        { "time(PID-7) < time('20000101') ? 'old' : 'young'", "PID|||1||||19991231", "old" },
        { "PID-5.1 | lower | cut(3)", "PID|||1||SHARMA", "sha" },
        { "PID-8 | map(sex)", "PID|||1|||||A", "O" },
        { "PID-8 | map(sex)", "PID|||1|||||Z", null },
        { "'it''s'", "PID|||1", "it's" },
        { "PID-5.1", @"PID|||1||A\T\B\S\C", "A&B^C" },
        { "PID-3.4.2", "PID|||1^^^A&B", "B" },
        { "$message.event + ' ' + $message.type", "PID|||1", "A08 ADT" },
        { "$sender.name + ' ' + $site.name", "PID|||1", "own mercy" },
        { "$sender.longId", "PID|||1", "reject" },
        { "NTE[.after='PID']-3", "PID|||1\rNTE|||note\rPV1||O\rNTE|||other", "note" },
        { "NTE[.after='PV1']-3", "PID|||1\rNTE|||note\rPV1||O\rNTE|||other", "other" },
        { "(PID-8 ?? 'x') + ('y' ?? 'z')", "PID|||1", "xy" },
        // What needs a field that was not sent is not worked out; what gives a value all the same must not go with it.
        { "PID-4[*] | count | text", "PID|||1", "0" },
        { "AL1-3 ?? AL1-4 ?? 'none'", "PID|||1", "none" },
        { "exists(AL1) ? 'some' : 'none'", "PID|||1", "none" },
        { "exists(AL1) ? 'some' : 'none'", "PID|||1\rAL1", "some" },
        { "exists(PID-8 = 'M') ? 'told' : 'not told'", "PID|||1", "told" },
        { "not exists(PID-8) and PID-9.1 != 'X' ? 'yes' : 'no'", "PID|||1", "yes" },
        { "PID-8 = 'M' and PID-3 = '1' ? 'm' : PID-9.1", "PID|||1", null },
        { "PID-8 = 'M' and PID-3 = '1' ? 'm' : 'n'", "PID|||1", "n" },
        { "[PID-8, AL1-3.2, PID-5, '!'] | join('+')", "PID|||1||A|||M", "M+A+!" },
        { "AL1[*]-3.2 | join(';')", "PID|||1", null },
        { "AL1[*]-3.2 | join(';')", "PID|||1\rAL1|1||^\rAL1|2||N^NUTS", "NUTS" },
    };

    [Theory]
    [MemberData(nameof(Expressions))]
    public void An_expression_gives(string expression, string segments, string? expected)
    {
        var sender = MapFiles.With("patient", $"- id: t\n  to: mwl.PatientComments\n  from: \"{expression.Replace("\\", "\\\\", StringComparison.Ordinal)}\"");

        var patient = sender.Map(Header + "\r" + segments).Patients.Single().PatientAttributes;

        Assert.Equal(expected, Read(patient, "PatientComments"));
    }

    [Theory]
    [InlineData("error(101)", "PID^1^8")]
    [InlineData("error(102, 'Say it')", "PID^1^8")]
    public void A_required_value_that_is_missing_is_an_error_with_the_first_path_of_the_rule(string action, string location)
    {
        var sender = MapFiles.With("patient", $"- id: t\n  to: mwl.PatientComments\n  from: PID-8.1 ?? PID-9.1\n  on empty: {action}");

        var problem = Assert.Single(sender.Map(Header + "\rPID|||1").Patients.Single().Problems);

        Assert.Equal(location, problem.Location?.ToString());
        Assert.Equal(int.Parse(action.AsSpan(6, 3), null), problem.Code);
    }

    [Fact]
    public void An_id_that_is_too_long_is_refused_with_the_place_of_the_value_that_was_taken()
    {
        var (set, _) = MapFiles.Load(("base/own.yaml", "map: own@1\nextends: [order@1]\nper: procedure\nrules:\n  - id: acc2\n    to: mwl.AccessionNumber\n    from: IPC-1.1 ?? OBR-18.1\n"), ("senders/own.yaml", "sender: own\nmatch: { MSH-3.1: OWN }\nextends: own@1\n"));

        var mapped = set!.Find("own")!.Map(MapFiles.Order.Replace("|ACC1|", "|ACC-IS-MUCH-TOO-LONG|", StringComparison.Ordinal));

        var problem = mapped.Procedures.Single().Problems.Single();
        Assert.Equal((102, "OBR^1^18"), (problem.Code, problem.Location?.ToString()));
        Assert.False(mapped.Procedures[0].Attributes.Contains(Tags.AccessionNumber));
    }

    [Theory]
    [InlineData("", "XXXXXXXXXXXXXXXX", true)]
    [InlineData("limit: cut", "XXXXXXXXXXXXXXXX", true)]
    [InlineData("limit: reject", null, false)]
    [InlineData("limit: surrogate", "S", true)]
    public void A_text_that_is_too_long_is_cut_refused_or_replaced(string limit, string? start, bool isFine)
    {
        var sender = MapFiles.With("patient", $"- id: t\n  to: mwl.EthnicGroup\n  from: PID-22.2\n  {limit}");

        var mapped = sender.Map(Header + "\rPID|||1|||||||||||||||||||^" + new string('X', 40));

        var value = Read(mapped.Patients.Single().PatientAttributes, "EthnicGroup");
        Assert.Equal(isFine, mapped.Patients[0].Problems.Count == 0);
        Assert.True(start is null ? value is null : value!.StartsWith(start, StringComparison.Ordinal) && value.Length == 16);
        Assert.Equal(isFine, mapped.Warnings.Count == 1);
    }

    [Fact]
    public void A_cut_says_tag_and_lengths()
    {
        var sender = MapFiles.With("patient", "- id: t\n  to: mwl.EthnicGroup\n  from: PID-22.2");

        var mapped = sender.Map(Header + "\rPID|||1|||||||||||||||||||^" + new string('X', 40));

        Assert.Equal("truncated 00102160 40 -> 16", Assert.Single(mapped.Warnings));
    }

    [Fact]
    public void A_list_fills_a_multi_valued_attribute_and_split_breaks_at_blanks()
    {
        var sender = MapFiles.With("patient", "- id: a\n  to: mwl.Allergies\n  from: AL1[*]-3.2\n- id: b\n  to: mwl.MedicalAlerts\n  from: PID-5.1\n  limit: split");

        var patient = sender.Map(Header + "\rPID|||1||" + string.Join(' ', Enumerable.Repeat("word", 20)) + "\rAL1|||^Nuts\rAL1|||^Latex").Patients.Single().PatientAttributes;

        Assert.Equal(["Nuts", "Latex"], patient.GetStrings(Tags.Allergies));
        Assert.All(patient.GetStrings(Tags.MedicalAlerts), value => Assert.InRange(value.Length, 4, 64));
        Assert.Equal(2, patient.GetStrings(Tags.MedicalAlerts).Count);
    }

    [Fact]
    public void Each_runs_once_an_item_with_its_number_and_inner_names_end_with_the_rule()
    {
        var sender = MapFiles.With("patient", """
            - id: outer
              to: mwl.OtherPatientIDsSequence[]
              each: PID-3[*] as id
              when: id.5 = 'PI'
              rules:
                - id: inner
                  to: .PatientID
                  from: id.1 + '-' + text($n)
                - id: inner2
                  to: .IssuerOfPatientID
                  from: id.4.1
            """);

        var items = sender.Map(Header + "\rPID|||1^^^A^MR~2^^^B^PI~3^^^C^PI").Patients.Single().PatientAttributes.GetItems(Tags.OtherPatientIdsSequence);

        Assert.Equal(["2-2", "3-3"], items.Select(item => item.GetString(Tags.PatientId)));
        Assert.Equal(["B", "C"], items.Select(item => item.GetString(Tags.IssuerOfPatientId)));
    }

    [Fact]
    public void A_named_item_is_one_item_for_several_rules()
    {
        var sender = MapFiles.With("patient", """
            - id: a
              to: mwl.OtherPatientIDsSequence[old]/PatientID
              from: PID-2.1
            - id: b
              to: mwl.OtherPatientIDsSequence[old]/TypeOfPatientID
              value: TEXT
            - id: c
              to: mwl.OtherPatientIDsSequence[new]/PatientID
              from: PID-4.1
            """);

        var items = sender.Map(Header + "\rPID||7|1|8").Patients.Single().PatientAttributes.GetItems(Tags.OtherPatientIdsSequence);

        Assert.Equal(2, items.Count);
        Assert.Equal(("7", "TEXT"), (items[0].GetString(Tags.PatientId), items[0].GetString(Tags.TypeOfPatientId)));
        Assert.Equal("8", items[1].GetString(Tags.PatientId));
    }

    [Fact]
    public void A_segment_of_the_open_group_can_be_taken_by_its_number()
    {
        var sender = MapFiles.With("group", "- { id: a, to: order.control, from: 'ORC[1]-1' }\n- { id: b, to: step.id, from: 'OBR[2]-20' }");

        var group = sender.Map(MapFiles.Order.Replace("|HIS|MERCY|", "|OWN|MERCY|", StringComparison.Ordinal)).Groups.Single();

        Assert.Equal(("NW", null), (group.Control, group.StepId));
    }

    [Fact]
    public void The_last_rule_with_a_result_wins()
    {
        var sender = MapFiles.With("patient", "- id: a\n  to: mwl.PatientComments\n  from: PID-8\n- id: b\n  to: mwl.PatientComments\n  from: PID-9.1\n  override: true");

        Assert.Equal("M", Read(sender.Map(Header + "\rPID|||1|||||M").Patients.Single().PatientAttributes, "PatientComments"));
        Assert.Equal("N", Read(sender.Map(Header + "\rPID|||1|||||M|N").Patients.Single().PatientAttributes, "PatientComments"));
    }

    [Theory]
    [InlineData("on null: remove", "")]
    [InlineData("on null: skip", null)]
    public void Null_removes_or_is_skipped(string action, string? expected)
    {
        var sender = MapFiles.With("patient", $"- id: a\n  to: mwl.PatientComments\n  from: PID-8\n  {action}");

        Assert.Equal(expected, Read(sender.Map(Header + "\rPID|||1|||||\"\"").Patients.Single().PatientAttributes, "PatientComments"));
    }

    [Theory]
    [InlineData("keep", "Z")]
    [InlineData("UNKNOWN", "UNKNOWN")]
    [InlineData("= PID-5.1", "SHARMA")]
    [InlineData("error(103)", null)]
    public void A_key_that_the_table_lacks_does_what_else_says_and_is_counted(string otherwise, string? expected)
    {
        var sender = MapFiles.With("patient", $"- id: a\n  to: mwl.PatientComments\n  from: PID-8\n  map: sex\n  else: '{otherwise}'");

        var mapped = sender.Map(MapFiles.Parse(Header + "\rPID|||1||SHARMA|||Z"), MapContext.Preview(MapFiles.ReceivedAt));

        Assert.Equal(expected, Read(mapped.Patients.Single().PatientAttributes, "PatientComments"));
        Assert.Equal(("sex", "Z"), Assert.Single(mapped.Misses));
        Assert.Equal(expected is null ? "PID^1^8" : null, mapped.Patients[0].Problems.SingleOrDefault()?.Location?.ToString());
    }

    [Fact]
    public void Visit_attributes_of_a_patient_map_go_to_the_visit()
    {
        var sender = MapFiles.With("patient", "- id: a\n  to: mwl.AdmissionID\n  from: PV1-19.1\n- id: b\n  to: mwl.PatientID\n  from: PID-3.1");

        var patient = sender.Map(Header + "\rPID|||1\rPV1||O|||||||||||||||||V1").Patients.Single();

        Assert.Equal("V1", Read(patient.VisitAttributes, "AdmissionID"));
        Assert.Equal("1", Read(patient.PatientAttributes, "PatientID"));
    }

    [Fact]
    public void A_sequence_number_comes_from_the_context()
    {
        var sender = MapFiles.With("patient", "- id: a\n  to: mwl.PatientComments\n  from: sequence(accession)\n- id: b\n  to: mwl.AdmissionID\n  from: sequence(visits)");

        var mapped = sender.Map(MapFiles.Parse(Header + "\rPID|||1"), new MapContext(MapFiles.ReceivedAt, name => name == "visits" ? "7" : "42")).Patients.Single();
        var preview = sender.Map(Header + "\rPID|||1").Patients.Single();

        Assert.Equal("26031000042", Read(mapped.PatientAttributes, "PatientComments"));
        Assert.Equal("7", Read(mapped.VisitAttributes, "AdmissionID"));
        Assert.Equal("<sequence:accession>", Read(preview.PatientAttributes, "PatientComments"));
    }

    internal static string? Read(DataSet data, string keyword) => CloudPacs.Mapping.Testing.AttributePaths.Read(data, keyword);
}
