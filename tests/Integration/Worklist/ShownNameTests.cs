using System.Buffers.Binary;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Integration.Tests.Messages;
using CloudPacs.Settings;
using CloudPacs.Worklist;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace CloudPacs.Integration.Tests.Worklist;

/// <summary>
/// A station finds an entry by the name that it was shown, in whatever letters (PS3.4 C.2.2.2.1 leaves the matching of PN to the SCP;
/// Weasis#149, #428), and is understood when it does not say what it writes in.
/// </summary>
public sealed class ShownNameTests
{
    private static readonly EngineSettings Settings = new()
    {
        Dicom = { Stations = { ["LATIN"] = new StationSettings { CharacterSet = "ISO_IR 100" }, ["RUS"] = new StationSettings { CharacterSet = "ISO_IR 144" }, ["JPN"] = new StationSettings { CharacterSet = "\\ISO 2022 IR 87" } } },
    };

    [Theory]
    [InlineData("\u0418\u0412\u0410\u041D\u041E\u0412^\u041F\u0401\u0422\u0420")]
    [InlineData("\u0391\u03BB\u03B5\u03BE\u03AF\u03BF\u03C5^\u039C\u03B1\u03C1\u03AF\u03B1")]
    [InlineData("\u0E2A\u0E21^\u0E0A\u0E32\u0E22")]
    [InlineData("\u0642\u0628\u0627\u0646\u064A^\u0644\u0646\u0632\u0627\u0631")]
    [InlineData("\u0936\u0930\u094D\u092E\u093E^\u0930\u093E\u0939\u0941\u0932")]
    [InlineData("\uAE40^\uD76C\uC911")]
    [InlineData("\u738B^\u5C0F\u6771")]
    [InlineData("S\u00F8rensen^\u0141ucja")]
    [InlineData("Wei\u00DF^\u00C6sa")]
    [InlineData("\u0160imi\u0107^\u0110oko")]
    public async Task What_a_station_is_shown_finds_its_entry(string name)
    {
        var service = Service(name);
        foreach (var set in new[] { "", "ISO_IR 6", "ISO_IR 100", "ISO_IR 101", "ISO_IR 144", "ISO_IR 126", "ISO_IR 166", "ISO_IR 13", "\\ISO 2022 IR 87", "ISO_IR 192" })
        {
            var shown = Assert.Single(await FindAsync(service, "OTHER", set, ""));
            var family = shown.Split('^')[0];

            Assert.Equal([shown], await FindAsync(service, "OTHER", set, shown));
            Assert.Equal([shown], await FindAsync(service, "OTHER", set, family[..Math.Min(2, family.Length)] + "*"));
            Assert.Equal([shown], await FindAsync(service, "OTHER", set, "*" + shown[^2..].ToLowerInvariant()));
            Assert.Equal([shown], await FindAsync(service, "OTHER", set, shown.Split('=')[0] + "="));
        }

        Assert.Single(await FindAsync(service, "OTHER", "ISO_IR 192", name));
        Assert.Empty(await FindAsync(service, "OTHER", "ISO_IR 100", "NOBODY*"));
    }

    [Fact]
    public async Task A_physician_is_found_by_the_name_that_was_shown()
    {
        var service = Service("A^B", "\u0418\u0412\u0410\u041D\u041E\u0412^\u041F\u0401\u0422\u0420");
        var answers = await FindAsync(service, "OTHER", new DataSet().Set(Tags.SpecificCharacterSet, "ISO_IR 100").SetEmpty(Tags.RequestingPhysician));
        var shown = Assert.Single(answers).GetString(Tags.RequestingPhysician)!;

        Assert.True(Ascii.IsValid(shown));
        Assert.Single(await FindAsync(service, "OTHER", new DataSet().Set(Tags.SpecificCharacterSet, "ISO_IR 100").Set(Tags.RequestingPhysician, shown[..4] + "*")));
        Assert.Empty(await FindAsync(service, "OTHER", new DataSet().Set(Tags.SpecificCharacterSet, "ISO_IR 100").Set(Tags.RequestingPhysician, "X*")));
    }

    [Theory]
    [InlineData("LATIN", "M\u00DCLLER^J\u00D6RG", "M\u00DC*", "ISO_IR 100")]
    [InlineData("LATIN", "M\u00DCLLER^J\u00D6RG", "M\u00DCLLER^J\u00D6RG", "ISO_IR 100")]
    [InlineData("RUS", "\u0418\u0412\u0410\u041D\u041E\u0412^\u041F\u0401\u0422\u0420", "\u0418\u0412\u0410*", "ISO_IR 144")]
    [InlineData("JPN", "YAMADA^TAROU=\u5C71\u7530^\u592A\u90CE", "*=\u5C71\u7530*", "\\ISO 2022 IR 87")]
    [InlineData("OTHER", "\u0418\u0412\u0410\u041D\u041E\u0412^\u041F", "\u0418\u0412*", "ISO_IR 192")]
    public async Task Text_without_a_character_set_is_read_in_the_one_of_the_station(string calling, string name, string key, string set)
    {
        var service = Service(name);

        Assert.Single(await FindUndeclaredAsync(service, calling, key, set, isNamedEmpty: false));
        Assert.Single(await FindUndeclaredAsync(service, calling, key, set, isNamedEmpty: true));
        Assert.Empty(await FindUndeclaredAsync(service, calling, "X" + key, set, isNamedEmpty: false));
    }

    [Fact]
    public void An_ASCII_name_is_kept_once()
    {
        Assert.Equal(["RAO^ANITA"], CloudPacs.Dicom.Matching.NameKey.Groups("Rao^Anita"));
        Assert.Equal(["MULLER^JORG"], CloudPacs.Dicom.Matching.NameKey.Groups("M\u00DCLLER^J\u00D6RG"));
        Assert.Equal(2, CloudPacs.Dicom.Matching.NameKey.Groups("YAMADA^TAROU=\u5C71\u7530^\u592A\u90CE").Length);
    }

    private static WorklistFindService Service(string name, string physician = "RAO^ANITA")
    {
        var engine = new Pipeline();
        engine.Send(
            "MSH|^~\\&|HIS|MERCY|CP|CP|20260310083015||ORM^O01^ORM_O01|M1|P|2.5.1||||||UNICODE UTF-8\rPID|1||MRN1^^^MERCY^MR||" + Repetitions(name) + "||19800214|F\rPV1|1|I\r"
            + $"ORC|NW|P1^HIS||||||||||7^{physician}\rTQ1|1||||||20260310093000||S\rOBR|1|P1^HIS||CTCHEST^CT Chest^L||||||||||||7^{physician}||A1||||||CT\r");
        var changes = EntryCollector.Collect(engine.Workspace, engine.Workspace.Rows, new EntryFactory(new WorklistSettings(), Pipeline.Zone), revision: 1)!;
        var index = new WorklistIndex();
        index.Apply(changes.Entries, changes.Patients, changes.Visits);
        return new WorklistFindService(index, new StationDirectory(Settings), new LastQueries(TimeProvider.System), engine.Clock, NullLogger<WorklistFindService>.Instance);
    }

    private static string Repetitions(string name) => string.Join('~', name.Split('=').Select((group, i) => $"{group}^^^^^L^{"AIP"[i]}"));

    private static async Task<IEnumerable<string>> FindAsync(WorklistFindService service, string calling, string set, string name) =>
        (await FindAsync(service, calling, new DataSet().Set(Tags.SpecificCharacterSet, set.Split('\\')).Set(Tags.PatientName, name))).Select(static answer => answer.GetString(Tags.PatientName)!);

    private static Task<List<DataSet>> FindAsync(WorklistFindService service, string calling, DataSet keys) => FindAsync(service, calling, keys, default);

    private static Task<List<DataSet>> FindUndeclaredAsync(WorklistFindService service, string calling, string name, string set, bool isNamedEmpty)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Assert.True(SpecificCharacterSet.Parse(set.Split('\\')).TryEncode(name, VR.PN, output));
        byte[] value = [.. output.WrittenSpan, .. output.WrittenCount % 2 == 0 ? Array.Empty<byte>() : " "u8.ToArray()];
        byte[] bytes = [.. isNamedEmpty ? new byte[] { 8, 0, 5, 0, (byte)'C', (byte)'S', 0, 0 } : [], 0x10, 0, 0x10, 0, (byte)'P', (byte)'N', 0, 0, .. value];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - value.Length - 2), (ushort)value.Length);
        return FindAsync(service, calling, DataSetReader.Read(bytes, TransferSyntax.ExplicitVrLittleEndian), bytes);
    }

    private static async Task<List<DataSet>> FindAsync(WorklistFindService service, string calling, DataSet keys, byte[]? bytes)
    {
        var responder = new Responder();
        await service.FindAsync(new FindRequest
        {
            Association = new AssociationInfo { Id = 1, CallingAe = calling, CalledAe = "CLOUDPACS", RemoteEndPoint = null }, SopClassUid = Uids.ModalityWorklistFind, MessageId = 1,
            Identifier = keys, EncodedIdentifier = bytes, TransferSyntax = TransferSyntax.ExplicitVrLittleEndian,
        }, responder, TestContext.Current.CancellationToken);
        return responder.Answers;
    }

    private sealed class Responder : IFindResponder
    {
        public List<DataSet> Answers { get; } = [];

        public ValueTask SendAsync(DataSet identifier, bool optionalKeysUnsupported = false) => throw new NotSupportedException("The service encodes its answers.");

        public ValueTask SendAsync(ReadOnlyMemory<byte> encodedIdentifier, bool optionalKeysUnsupported = false)
        {
            Answers.Add(DataSetReader.Read(encodedIdentifier.ToArray(), TransferSyntax.ExplicitVrLittleEndian));
            return default;
        }
    }
}
