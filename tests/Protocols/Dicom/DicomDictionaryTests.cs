using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom;

public class DicomDictionaryTests
{
    [Theory]
    [InlineData("00100010", "PatientName", "PN")]
    [InlineData("00400100", "ScheduledProcedureStepSequence", "SQ")]
    [InlineData("00000900", "Status", "US")]
    [InlineData("60020010", "OverlayRows", "US")]
    [InlineData("60FE3000", "OverlayData", "OW")]
    [InlineData("00203199", "SourceImageIDs", "CS")]
    [InlineData("7FE00010", "PixelData", "OW")]
    [InlineData("00280106", "SmallestImagePixelValue", "US")]
    public void Tags_are_found_one_by_one_and_in_repeating_groups(string tag, string keyword, string vr)
    {
        Assert.True(DicomDictionary.TryGet(Tag.Parse(tag), out var entry));
        Assert.Equal((keyword, vr), (entry.Keyword, entry.VR.ToString()));
        Assert.True(DicomDictionary.TryGet(keyword, out var same));
        Assert.Equal(entry, same);
    }

    [Theory]
    [InlineData("60010010", "LO")]
    [InlineData("60011010", "UN")]
    [InlineData("00091001", "UN")]
    [InlineData("00090010", "LO")]
    [InlineData("00100000", "UL")]
    [InlineData("00109999", "UN")]
    [InlineData("FFFEE000", "UN")]
    public void The_representation_of_what_is_not_in_the_dictionary_follows_the_tag(string tag, string vr) =>
        Assert.Equal(vr, DicomDictionary.VrOf(Tag.Parse(tag)).ToString());

    [Fact]
    public void Named_tags_and_uids_are_those_of_the_tables()
    {
        foreach (var field in typeof(Tags).GetFields())
        {
            var tag = (Tag)field.GetValue(null)!;
            if (tag.Group == 0xFFFE) continue;
            Assert.True(DicomDictionary.TryGet(tag, out var entry), field.Name);
            Assert.Equal(entry.Keyword, field.Name, ignoreCase: true);
        }

        foreach (var field in typeof(Uids).GetFields())
            Assert.True(UidDictionary.TryGet((string)field.GetValue(null)!, out _), field.Name);
    }

    [Fact]
    public void Storage_classes_are_known_from_others()
    {
        Assert.True(UidDictionary.IsStorageSopClass(Uids.CtImageStorage));
        Assert.True(UidDictionary.IsStorageSopClass("1.2.840.10008.5.1.4.1.1.6"));
        Assert.False(UidDictionary.IsStorageSopClass(Uids.StorageCommitmentPushModel));
        Assert.False(UidDictionary.IsStorageSopClass(Uids.ModalityWorklistFind));
        Assert.True(UidDictionary.StorageSopClasses.Count() > 150);
    }

    [Theory]
    [InlineData("1.2.840.10008.1.2.4.70", true, false, true)]
    [InlineData("1.2.840.10008.1.2.5", true, false, true)]
    [InlineData("1.2.840.10008.1.2.1.99", true, true, false)]
    [InlineData("1.2.840.10008.1.2\0", false, false, false)]
    public void Transfer_syntaxes_are_found_by_uid(string uid, bool isExplicit, bool isDeflated, bool isEncapsulated)
    {
        var syntax = TransferSyntax.FromUid(uid)!;

        Assert.Equal((isExplicit, isDeflated, isEncapsulated), (syntax.IsExplicitVr, syntax.IsDeflated, syntax.IsEncapsulated));
        Assert.Null(TransferSyntax.FromUid("1.2.3"));
    }

    [Theory]
    [InlineData("(0010,0010)")]
    [InlineData("0010,0010")]
    [InlineData("00100010")]
    public void Tags_are_read_in_the_ways_people_write_them(string text) => Assert.Equal(Tags.PatientName, Tag.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0010001")]
    [InlineData("PatientName")]
    [InlineData("0010 0010")]
    public void What_is_no_tag_is_refused(string text)
    {
        Assert.False(Tag.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Tag.Parse(text));
    }
}
