using CloudPacs.Mapping.Loading;
using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>Base, site, sender and message type laid over one another.</summary>
public sealed class MapLayerTests
{
    private static readonly string Adt = MapFiles.Order.Replace("ORM^O01", "ADT^A31", StringComparison.Ordinal);

    private static MapSet Load(params (string File, string Text)[] changes)
    {
        var (set, diagnostics) = MapFiles.Load(changes);
        Assert.Empty(diagnostics);
        return set!;
    }

    private static string? Description(MapSet set, string? message = null) =>
        MapLanguageTests.Read(set.Resolve(MapFiles.Parse(MapFiles.Order)).Map(message ?? MapFiles.Order).Procedures.Single().Attributes, "RequestedProcedureDescription");

    [Fact]
    public void A_later_layer_brings_back_what_an_earlier_one_switched_off()
    {
        var site = ("sites/mercy/site.yaml", "rules: { description: off }\n");

        Assert.Null(Description(Load(site)));
        Assert.Equal("CT Chest", Description(Load(site, ("senders/his.yaml", "sender: his\nmatch: { MSH-3.1: HIS }\nextends: base/step@1\nrules: { description: on }\n"))));
    }

    [Fact]
    public void Only_the_given_keys_of_a_rule_are_replaced_and_tilde_takes_one_away()
    {
        var sender = "sender: his\nmatch: { MSH-3.1: HIS }\nextends: base/step@1\nrules:\n  priority: { map: ~ }\n  description: { from: OBR-4.1 }\n";

        var procedure = Load(("senders/his.yaml", sender)).Find("his")!.Map(MapFiles.Order).Procedures.Single().Attributes;

        Assert.Equal("R", MapLanguageTests.Read(procedure, "RequestedProcedurePriority"));
        Assert.Equal("CTCHEST", MapLanguageTests.Read(procedure, "RequestedProcedureDescription"));
    }

    [Fact]
    public void A_message_type_has_its_own_layer()
    {
        var set = Load(("senders/his.yaml", "sender: his\nmatch: { MSH-3.1: HIS }\nextends: base/step@1\nmessages:\n  ADT: { rules: { sex: off } }\n  ADT^A31: { rules: { sex: { from: \"'F'\" } } }\n"));
        string? Sex(string message) => MapLanguageTests.Read(set.Find("his")!.Map(message).Patients.Single().PatientAttributes, "PatientSex");

        Assert.Equal("M", Sex(MapFiles.Order));
        Assert.Equal("F", Sex(Adt));
        Assert.Null(Sex(Adt.Replace("A31", "A08", StringComparison.Ordinal)));
    }

    [Fact]
    public void Tables_gain_lose_and_change_rows()
    {
        var set = Load(
            ("sites/mercy/tables/priority.ci.csv", "from,to\nT,MEDIUM\nR,LOW\n"),
            ("senders/his.yaml", "sender: his\nmatch: { MSH-3.1: HIS }\nextends: base/step@1\ntables:\n  priority+: { ASAP: HIGH }\n  priority-: [ S ]\n  sex=: { M: F }\n  mine: { A: B }\n"));

        var tables = set.Find("his")!.Settings.Tables;

        Assert.Equal(["ASAP=HIGH", "R=LOW", "T=MEDIUM"], tables["priority"].Rows.Select(row => $"{row.From}={row.To}").Order(StringComparer.Ordinal));
        Assert.Equal("LOW", tables["priority"].Find("r")?.To);
        Assert.Equal("F", Assert.Single(tables["sex"].Rows).To);
        Assert.Equal("B", tables["mine"].Find("A")?.To);
        Assert.Equal(2, set.Find("default")!.Settings.Tables["priority"].Count - 1);
    }

    [Fact]
    public void Every_choice_of_a_site_can_be_made_in_its_file()
    {
        var set = Load(("sites/mercy/site.yaml", "policy: { facility: NORTH, canceledAdmission: hold, dischargeDeparts: true, siuCreates: true, siuCancels: true }\n"));

        var policy = set.Find("his")!.Policy;
        Assert.Equal(("NORTH", "hold", true, true, true), (policy.Facility, policy.CanceledAdmission, policy.DischargeDeparts, policy.SiuCreates, policy.SiuCancels));
        // What a policy is for and no file can say would never be.
        var settable = PolicyReader.Names.Select(static name => char.ToUpperInvariant(name[0]) + name[1..]).ToHashSet();
        Assert.All(typeof(SenderPolicy).GetProperties(), property => Assert.Contains(property.Name, settable));
    }

    [Fact]
    public void Policies_and_variables_come_from_the_last_layer_that_has_them()
    {
        var set = Load(("sites/mercy/site.yaml", "vars: { institution: Site }\npolicy: { upsert: false, duplicateWindow: 2d }\n"));

        Assert.Equal((false, TimeSpan.FromDays(2)), (set.Find("his")!.Policy.Upsert, set.Find("his")!.Policy.DuplicateWindow));
        Assert.Equal("Mercy", set.Find("his")!.Settings.Var("institution"));
        Assert.Equal("Site", set.Find("default")!.Settings.Var("institution"));
    }

    [Theory]
    [InlineData("HIS", "MERCY", "his")]
    [InlineData("HIS", "CITY", "his-any")]
    [InlineData("HIS2", "CITY", "his-any")]
    [InlineData("LAB", "MERCY", "default")]
    public void The_sender_with_most_entries_wins(string application, string facility, string expected)
    {
        var set = Load(("senders/any.yaml", "sender: his-any\nmatch: { MSH-3.1: HIS* }\n"));

        Assert.Equal(expected, set.Resolve(MapFiles.Parse($"MSH|^~\\&|{application}|{facility}|||20260310||ADT^A08|1|P|2.5.1")).Name);
    }

    [Fact]
    public void A_listener_or_a_certificate_may_name_the_sender()
    {
        var set = Load(("senders/port.yaml", "sender: port\nmatch: { listener: ct-room }\n"), ("senders/tls.yaml", "sender: tls\nmatch: { certificate: 'CN=ris*', listener: secure, MSH-3.1: X }\n"));
        var message = MapFiles.Parse("MSH|^~\\&|X|Y|||20260310||ADT^A08|1|P|2.5.1");

        Assert.Equal("port", set.Resolve(message, "ct-room").Name);
        Assert.Equal("tls", set.Resolve(message, "secure", "CN=ris.mercy.example").Name);
        Assert.Equal("default", set.Resolve(message, "secure").Name);
    }

    [Fact]
    public void A_sender_that_extends_nothing_gets_every_base_map()
    {
        var set = Load(("senders/default.yaml", "sender: default\n"));

        Assert.Single(set.Find("default")!.Map(MapFiles.Order).Procedures);
    }

    [Fact]
    public void A_sender_may_bring_maps_of_its_own()
    {
        var set = Load(("senders/own.yaml", "sender: own\nmatch: { MSH-3.1: OWN }\nextends: base/step@1\nmaps:\n  - map: extra@1\n    per: patient\n    rules: [ { id: z, to: mwl.EthnicGroup, from: PID-22.1 } ]\n"));

        Assert.Equal("X", MapLanguageTests.Read(set.Find("own")!.Map("MSH|^~\\&|OWN|Y|||20260310||ADT^A08|1|P|2.5.1\nPID|||1|||||||||||||||||||X").Patients.Single().PatientAttributes, "EthnicGroup"));
    }

    [Fact]
    public void The_version_follows_the_content_not_the_notes()
    {
        var plain = Load().Find("his")!.Version;

        Assert.Equal(plain, Load().Find("his")!.Version);
        Assert.Equal(plain, Load(("senders/his.yaml", "# a comment\n" + MapFiles.Good["senders/his.yaml"])).Find("his")!.Version);
        Assert.NotEqual(plain, Load(("base/tables/sex.csv", "from,to\nM,F\n")).Find("his")!.Version);
        Assert.NotEqual(plain, Load(("senders/his.yaml", MapFiles.Good["senders/his.yaml"].Replace("OBR-21.1", "OBR-20.1", StringComparison.Ordinal))).Find("his")!.Version);
    }
}
