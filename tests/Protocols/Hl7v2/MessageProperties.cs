using System.Text;
using CloudPacs.Hl7v2;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class MessageProperties
{
    private static readonly string[] Sets = ["", "ASCII", "UNICODE UTF-8", "8859/1", "8859/5", "GB 18030-2000", "BIG-5", "shift_jis", "KS X 1001", "CNS 11643-1992", "~ISO IR87~ISO IR159", "ISO IR14~KS X 1001", "???"];

    /// <summary>Bytes that mean something to the parser come often.</summary>
    private static readonly Gen<byte> Bytes = Gen.Frequency(
        (6, Gen.Elements("|^~\\&\r\n\"#XCM24BH.0"u8.ToArray())),
        (2, Gen.Elements<byte>(0x1B, 0x24, 0x28, 0x42, 0x44, 0x81, 0x88, 0xA4, 0xC3, 0xE0, 0)),
        (3, Gen.Choose(0, 255).Select(i => (byte)i)));

    private static readonly Gen<byte[]> Messages =
        from set in Gen.Elements(Sets)
        from scheme in Gen.Elements("", "ISO 2022-1994", "2.3")
        from version in Gen.Elements("2.1", "2.3.1", "2.5.1", "x")
        from type in Gen.Elements("ORM^O01", "ORU^R01", "ADT^A40", "OMI^O23^OMI_O23", "")
        from encoding in Gen.Elements("^~\\&", "^~\\&#", "^~\\", "^", "$!@*")
        from lines in (from id in Gen.Elements("PID", "ORC", "OBR", "NTE", "ZDS", "IPC", "MRG", "PV1", "MSH", "BTS", "x", "")
                       from body in Bytes.ArrayOf()
                       select (byte[])[.. Encoding.ASCII.GetBytes(id), (byte)'|', .. body, (byte)'\r']).ListOf()
        select (byte[])[.. Encoding.ASCII.GetBytes($"MSH|{encoding}|A|B|C|D|||{type}|7|P|{version}|||AL|AL||{set}||{scheme}\r"), .. lines.SelectMany(line => line)];

    [Property(MaxTest = 1000)]
    public Property An_unchanged_copy_is_the_message_byte_by_byte() => Prop.ForAll(Arb.From(Messages), bytes =>
    {
        if (!Message.TryParse(bytes, ParseOptions.Default, out var message, out _)) return;

        Assert.Equal(bytes, MessageWriter.CopyOf(message).ToArray());
        Assert.Equal(bytes, message.Bytes.ToArray());
    });

    [Property(MaxTest = 500)]
    public Property The_parts_of_a_segment_put_together_are_the_segment() => Prop.ForAll(Arb.From(Messages), bytes =>
    {
        if (!Message.TryParse(bytes, ParseOptions.Default, out var message, out _)) return;

        for (var i = 1; i < message.SegmentCount; i++)
        {
            var segment = message[i];
            if (segment.Is("MSH")) continue;
            var fields = Enumerable.Range(1, segment.FieldCount).Select(n => Rebuild(message, segment.Field(n))).ToList();
            var raw = Encoding.Latin1.GetString(segment.Raw);
            var end = raw.IndexOf((char)message.Delimiters.Field, StringComparison.Ordinal);
            Assert.Equal(raw, string.Join((char)message.Delimiters.Field, fields.Prepend(end < 0 ? raw : raw[..end])));
        }
    });

    [Property(MaxTest = 1000)]
    public Property Nothing_throws_for_any_message() => Prop.ForAll(Arb.From(Messages), Exercise);

    [Property(MaxTest = 1000)]
    public Property Nothing_throws_for_any_bytes() => Prop.ForAll(Arb.From(Bytes.ArrayOf()), Exercise);

    [Property(MaxTest = 1000)]
    public Property Nothing_throws_for_a_broken_order() => Prop.ForAll(
        Arb.From(from changes in (from place in Gen.Choose(0, TestMessages.Order.Length - 1) from value in Bytes select (place, value)).ListOf()
                 from length in Gen.Choose(0, TestMessages.Order.Length)
                 select (changes, length)),
        mutation =>
        {
            var bytes = Encoding.Latin1.GetBytes(TestMessages.Order);
            foreach (var (place, value) in mutation.changes) bytes[place] = value;
            Exercise(bytes);
            Exercise(bytes[..mutation.length]);
        });

    [Property(MaxTest = 300)]
    public Property Written_text_is_read_back(NonNull<string> text, bool isFormatted)
    {
        var writer = new MessageWriter(Delimiters.Default, "UNICODE UTF-8");
        writer.Set(FieldPath.Parse("OBX-5[2].3.2"), text.Get, isFormatted);

        var bytes = writer.ToArray();
        var back = Message.TryParse(bytes, ParseOptions.Default, out var message, out _) ? message.Get(FieldPath.Parse("OBX-5[2].3.2")).Text : null;

        var expected = new string([.. Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get))]).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return (expected.Length == 0 ? back is null : expected == "\"\"" || back == expected).Label($"{expected} <> {back}");
    }

    private static string Rebuild(Message message, Element field)
    {
        var delimiters = message.Delimiters;
        if (field.Length == 0) return "";
        return string.Join((char)delimiters.Repetition, Enumerable.Range(1, field.RepetitionCount).Select(r =>
            string.Join((char)delimiters.Component, Enumerable.Range(1, Math.Max(1, field.Repetition(r).ComponentCount)).Select(c =>
                string.Join((char)delimiters.SubComponent, Enumerable.Range(1, Math.Max(1, field.Repetition(r).Component(c).SubComponentCount)).Select(s =>
                    Encoding.Latin1.GetString(field.Repetition(r).Component(c).SubComponent(s).Raw)))))));
    }

    /// <summary>Everything that a receiver does with a message.</summary>
    private static void Exercise(byte[] bytes)
    {
        var batch = Batch.Split(bytes);
        if (!Batch.IsBatch(bytes)) Assert.True(!batch.HasHeader && batch.Messages.Count == 1);
        var options = new AcknowledgmentOptions("1", DateTimeOffset.UnixEpoch);
        if (!Message.TryParse(bytes, ParseOptions.Default, out var message, out var problem))
        {
            Assert.NotEmpty(Acknowledgment.Build(null, AcknowledgmentCode.AR, [problem], options));
            return;
        }

        for (var i = 0; i < message.SegmentCount; i++)
        {
            for (var n = 0; n <= message[i].FieldCount + 1; n++) Read(message[i].Field(n));
            Assert.Equal(ValueState.Absent, message[i].Field(message[i].FieldCount + 1).State);
            Assert.Equal(i, message.Segment(Encoding.Latin1.GetString(message[i].Id), message[i].Occurrence) is { Exists: true } found ? found.Index : i);
        }

        var groups = new OrderGroups(message);
        for (var i = 0; i < groups.Count; i++) _ = groups[i].StudyZds.Exists && groups[i].Pid.Exists;
        for (var i = -1; i <= message.SegmentCount; i++) _ = groups.OwnerOf(i).Exists;
        _ = PatientGroup.Find(message);
        _ = (message.Structure, message.DefaultOffset, AcknowledgmentPlan.Decide(message, AcknowledgmentMode.Auto, MessageOutcome.Applied));
        var answer = Acknowledgment.Build(message, AcknowledgmentCode.AE, [new(101, Severity.Error, new("PID", 1, 3), "x")], options);
        Assert.True(Message.TryParse(answer, ParseOptions.Default, out _, out _));
        if (!OrderReply.IsFor(message)) return;
        var items = Enumerable.Range(0, groups.Count).ToDictionary(i => i, _ => new OrderReplyItem("OK") { AccessionNumber = "1", StudyInstanceUid = "1.2" });
        Assert.NotEmpty(OrderReply.Build(message, groups, items, AcknowledgmentCode.AA, [], options));
    }

    private static void Read(Element element)
    {
        Span<byte> buffer = stackalloc byte[40];
        _ = (element.Text, element.LongText, element.State, element.IsTruncated);
        _ = element.TryCopyUtf8(buffer, out _) | element.TextEquals("x"u8) | element.TryGetTime(out _);
        Assert.Equal(ValueState.Absent, element.Repetition(element.RepetitionCount + 1).Component(9999).State);
        _ = element.Repetition(element.RepetitionCount).Component(2).SubComponent(1).Text;
    }
}
