using System.Buffers;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Instances;

/// <summary>A stored data set is written with other attributes, and without representations.</summary>
public class ChangedDataSetTests
{
    private static readonly TransferSyntax[] Sources =
    [
        TransferSyntax.ImplicitVrLittleEndian, TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ExplicitVrBigEndian,
        TransferSyntax.DeflatedExplicitVrLittleEndian,
    ];

    [Fact]
    public void Random_data_sets_are_the_same_in_implicit_little_endian()
    {
        var random = new Random(6);
        for (var i = 0; i < 200; i++)
        {
            var source = Sources[i % Sources.Length];
            var bytes = Encode(new DataSetSource(random, SpecificCharacterSet.Utf8).Next(), source, SpecificCharacterSet.Utf8);

            var written = Write(bytes, source, TransferSyntax.ImplicitVrLittleEndian, null, Scanning.RandomPieces(i));

            var expected = new ArrayBufferWriter<byte>();
            DataSetWriter.Write(DataSetReader.Read(bytes, source), TransferSyntax.ImplicitVrLittleEndian, expected, SpecificCharacterSet.Utf8);
            Assert.Equal(
                DataSetText.Describe(DataSetReader.Read(expected.WrittenMemory, TransferSyntax.ImplicitVrLittleEndian), true),
                DataSetText.Describe(DataSetReader.Read(written, TransferSyntax.ImplicitVrLittleEndian), true));
        }
    }

    [Fact]
    public void Attributes_are_replaced_added_and_left_out_whatever_the_syntax_and_the_pieces()
    {
        var stored = Patient().Set(Tags.AccessionNumber, "A1").Set(Tags.StudyId, "S1").SetBytes(Tags.PixelData, VR.OW, new byte[] { 1, 2, 3, 4 });
        var changes = new AttributeChanges
        {
            Values = new DataSet().Set(Tags.AccessionNumber, "A2").Set(Tags.PatientName, "ROE^SUE").Set(Tags.IssuerOfPatientId, "MERCY")
                .SetSequence(Tags.IssuerOfAccessionNumberSequence, new DataSet().Set(Tags.LocalNamespaceEntityId, "RIS")).Set(Tags.Rows, "300"),
            LeavesOut = static tag => tag == Tags.StudyId,
        };

        foreach (var source in Sources)
        {
            foreach (var target in Sources[..2])
            {
                foreach (var pieces in (Func<int>?[])[null, static () => 1])
                {
                    var bytes = Write(Encode(stored, source), source, target, changes, pieces);
                    var expected = stored.Copy();
                    foreach (var element in changes.Values) expected.Add(element);
                    expected.Remove(Tags.StudyId);
                    Assert.Equal(DataSetText.Describe(expected), DataSetText.Describe(DataSetReader.Read(bytes, target)));
                }
            }
        }
    }

    [Fact]
    public void An_item_is_added_behind_those_that_are_there_else_with_its_sequence()
    {
        var added = new AttributeChanges
        {
            Items = new DataSet().SetSequence(
                Tags.OriginalAttributesSequence,
                new DataSet().SetSequence(Tags.ModifiedAttributesSequence, new DataSet().Set(Tags.PatientId, "OLD"))),
        };
        var without = Patient();
        var with = Patient().SetSequence(Tags.OriginalAttributesSequence, new DataSet().Set(Tags.ReasonForTheAttributeModification, "COERCE"), []);

        foreach (var source in Sources)
        {
            var first = Read(without, source, added).GetItems(Tags.OriginalAttributesSequence);
            var third = Read(with, source, added).GetItems(Tags.OriginalAttributesSequence);

            Assert.Equal("OLD", Assert.Single(first).GetItems(Tags.ModifiedAttributesSequence)[0].GetString(Tags.PatientId));
            Assert.Equal(3, third.Count);
            Assert.Equal("COERCE", third[0].GetString(Tags.ReasonForTheAttributeModification));
            Assert.Equal("OLD", third[2].GetItems(Tags.ModifiedAttributesSequence)[0].GetString(Tags.PatientId));
        }
    }

    [Fact]
    public void Text_is_written_in_the_character_set_of_the_data_set()
    {
        var name = new AttributeChanges { Values = new DataSet().Set(Tags.PatientName, "Jérôme^Zoë") };
        var plain = new AttributeChanges { Values = new DataSet().Set(Tags.PatientName, "JEROME") };
        var latin = Encode(Patient(), TransferSyntax.ExplicitVrLittleEndian, SpecificCharacterSet.Parse(["ISO_IR 100"]));
        var greek = Encode(Patient(), TransferSyntax.ExplicitVrLittleEndian, SpecificCharacterSet.Parse(["ISO_IR 126"]));
        var none = Encode(Patient(), TransferSyntax.ExplicitVrLittleEndian);

        Assert.Equal(("ISO_IR 100", "Jérôme^Zoë"), NameIn(latin, name));
        Assert.Equal(("ISO_IR 126", "Jerome^Zoe"), NameIn(greek, name));
        Assert.Equal(("ISO_IR 192", "Jérôme^Zoë"), NameIn(none, name));
        Assert.Equal((null, "JEROME"), NameIn(none, plain));
    }

    [Fact]
    public void A_data_set_that_ends_before_an_attribute_is_read_no_further()
    {
        var bytes = new Wire().Text(0x00100020, "LO", "ID").Element(0x7FE00001, "OV", new byte[8]).Head(0x7FE00010, "OB", Wire.Undefined).Raw(9, 9, 9).ToArray();
        var changes = new AttributeChanges { Values = new DataSet().Set(Tags.PhotometricInterpretation, "RGB"), EndsBefore = Tags.ExtendedOffsetTable };

        var read = DataSetReader.Read(Write(bytes, TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ExplicitVrLittleEndian, changes, null), TransferSyntax.ExplicitVrLittleEndian);

        Assert.Equal([Tags.PatientId, Tags.PhotometricInterpretation], read.Select(static element => element.Tag));
    }

    [Fact]
    public void Sequences_keep_what_a_change_of_the_data_set_itself_names()
    {
        var stored = Patient().SetSequence(Tags.RequestAttributesSequence, new DataSet().Set(Tags.AccessionNumber, "INNER"));
        var changes = new AttributeChanges { Values = new DataSet().Set(Tags.AccessionNumber, "OUTER") };

        var read = Read(stored, TransferSyntax.ExplicitVrLittleEndian, changes);

        Assert.Equal(("OUTER", "INNER"), (read.GetString(Tags.AccessionNumber), read.GetItems(Tags.RequestAttributesSequence)[0].GetString(Tags.AccessionNumber)));
    }

    private static DataSet Patient() => new DataSet().Set(Tags.SopInstanceUid, "1.2.3").Set(Tags.PatientName, "DOE^JANE").Set(Tags.PatientId, "P1");

    private static (string? CharacterSet, string? Name) NameIn(byte[] bytes, AttributeChanges changes)
    {
        var read = DataSetReader.Read(
            Write(bytes, TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ExplicitVrLittleEndian, changes, null), TransferSyntax.ExplicitVrLittleEndian);
        return (read.GetString(Tags.SpecificCharacterSet), read.GetString(Tags.PatientName));
    }

    private static DataSet Read(DataSet stored, TransferSyntax source, AttributeChanges changes) =>
        DataSetReader.Read(Write(Encode(stored, source), source, TransferSyntax.ExplicitVrLittleEndian, changes, static () => 1), TransferSyntax.ExplicitVrLittleEndian);

    private static byte[] Encode(DataSet dataSet, TransferSyntax syntax, SpecificCharacterSet? characterSet = null)
    {
        var bytes = new ArrayBufferWriter<byte>();
        DataSetWriter.Write(dataSet, syntax, bytes, characterSet ?? SpecificCharacterSet.Default);
        return bytes.WrittenSpan.ToArray();
    }

    private static byte[] Write(byte[] bytes, TransferSyntax source, TransferSyntax target, AttributeChanges? changes, Func<int>? pieces)
    {
        var output = new ArrayBufferWriter<byte>();
        using var rewriter = new DataSetRewriter(source, target, output, changes);
        Scanning.Feed(bytes, pieces, rewriter.Feed);
        Assert.True(rewriter.Finish(), rewriter.Error);
        return output.WrittenSpan.ToArray();
    }
}
