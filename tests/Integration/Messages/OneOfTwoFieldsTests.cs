using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Two fields that say the same thing differently: one is taken, and the other is told.</summary>
public class OneOfTwoFieldsTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData("ORC|NW|P1^HIS\rOBR|1|P2^HIS||CT1^CT^L||||||||||||||ACC1||||||CT|||^^^20260310093000^^R", "OBR^1^2")]
    [InlineData("ORC|NW|P1^HIS|F1^RIS\rOBR|1|P1^HIS|F2^RIS|CT1^CT^L||||||||||||||ACC1||||||CT|||^^^20260310093000^^R", "OBR^1^3")]
    [InlineData("ORC|NW|P1^HIS||||||||||1^RAO^ANITA\rOBR|1|P1^HIS||CT1^CT^L||||||||||||2^NAIR^GEETA||ACC1||||||CT|||^^^20260310093000^^R", "ORC^1^12")]
    [InlineData("ORC|NW|P1^HIS|||||^^^20260310093000^^R\rOBR|1|P1^HIS||CT1^CT^L||||||||||||||ACC1||||||CT|||^^^20260310113000^^R", "OBR^1^27")]
    [InlineData("ORC|NW|P1^HIS|||||^^^20260310093000^^R\rOBR|1|P1^HIS||CT1^CT^L||||||||||||||ACC1||||||CT|||^^^20260310093000^^S", "OBR^1^27")]
    [InlineData("ORC|NW|P1^HIS||||||||||||+911\rOBR|1|P1^HIS||CT1^CT^L|||||||||||||+912|ACC1||||||CT|||^^^20260310093000^^R", "OBR^1^17")]
    [InlineData("ORC|NW|P1^HIS|||||^^^20260310093000^^R||20260310080000||||||20260310090000\rOBR|1|P1^HIS||CT1^CT^L||||||||||||||ACC1||||||CT", "ORC^1^15")]
    [InlineData("ORC|NW|P1^HIS|||||^^^20260310093000^^R||||||W3^^^^^^^^Ward Three||||RAD^Radiology^L\rOBR|1|P1^HIS||CT1^CT^L||||||||||||||ACC1||||||CT", "ORC^1^13")]
    public void The_other_is_told(string order, string place)
    {
        var placed = _his.Send("ORM^O01", HisLink.Pid("MRN1"), order);

        Assert.Equal("AA", placed.Code);
        Assert.Equal(place, string.Join('^', Assert.Single(placed.Problems).Place.Split('^')[..3]));
        Assert.Single(_his.Entries);
    }

    [Theory]
    [InlineData("ACC2|RP1|1.2.3|S1|CT", "OBR^1^18")]
    [InlineData("ACC1|RP2|1.2.3|S1|CT", "OBR^1^19")]
    [InlineData("ACC1|RP1|1.2.3|S2|CT", "OBR^1^20")]
    [InlineData("ACC1|RP1|1.2.3|S1|MR", "OBR^1^24")]
    public void So_it_is_beside_IPC(string ipc, string place)
    {
        var placed = _his.Send(
            "OMI^O23^OMI_O23", HisLink.Pid("MRN1"), "ORC|NW|P1^HIS|F1^RIS", "TQ1|1||||||20260310093000||R",
            "OBR|1|P1^HIS|F1^RIS|CT1^CT^L||||||||||||||ACC1|RP1|S1||||CT", $"IPC|{ipc}");

        Assert.Equal(("AA", ("207", "W", place)), (placed.Code, Assert.Single(placed.Problems)));
    }

    [Theory]
    [InlineData("TQ1|1||||||20260310093000||R", "ORC|NW|P1^HIS|F1^RIS||||^^^^^S", "ORC^1^7")]
    [InlineData("TQ1|1||||||20260310093000||R", "ORC|NW|P1^HIS|F1^RIS||||^^^20260310103000", "ORC^1^7")]
    public void So_it_is_beside_TQ1(string timing, string order, string place)
    {
        var placed = _his.Send("OMG^O19", HisLink.Pid("MRN1"), order, timing, "OBR|1|P1^HIS|F1^RIS|CT1^CT^L||||||||||||||ACC1||||||CT");

        Assert.Equal(place, string.Join('^', Assert.Single(placed.Problems).Place.Split('^')[..3]));
    }

    [Theory]
    [InlineData("||20260310080000||||||202603100800")]
    [InlineData("||||||||20260310090000")]
    [InlineData("||||||W3^^^^^^^^Radiology||||RAD^Radiology^L")]
    [InlineData("||||||^^^^^^^^Ward Three||||RAD^Radiology^L")] // where it was entered
    public void What_is_the_same_or_has_a_place_of_its_own_is_not(string fields)
    {
        var placed = _his.Send("ORM^O01", HisLink.Pid("MRN1"),
            $"ORC|NW|P1^HIS|||||^^^20260310093000^^R{fields}\rOBR|1|P1^HIS||CT1^CT^L||||||||||||||ACC1||||||CT");

        Assert.Empty(placed.Problems);
    }

    [Fact]
    public void The_same_in_other_words_is_not()
    {
        var placed = _his.Send("ORM^O01", HisLink.Pid("MRN1"),
            "ORC|NW|P1|F1||||1^^^202603100930^^R|||||1^RAO^ANITA\rOBR|1|P1^HIS|F1^RIS|CT1^CT^L||||||||||||1^RAO^ANITA||ACC1||||||CT|||^^^20260310093000^^r");

        Assert.Empty(placed.Problems);
    }

    [Fact]
    public void A_modality_that_nobody_knows_is_refused_whatever_the_other_says()
    {
        var placed = _his.Send(
            "OMI^O23^OMI_O23", HisLink.Pid("MRN1"), "ORC|NW|P1^HIS|F1^RIS", "OBR|1|P1^HIS|F1^RIS|ZZ9^CT^L||||||||||||||||||||CT", "IPC|ACC1|RP1|1.2.3|S1|ANGIO");

        Assert.Equal(("AE", "103"), (placed.Code, placed.Problems[0].Code));
    }

    [Theory]
    [InlineData("202612")]
    [InlineData("2026")]
    public void A_start_without_a_day_is_refused(string start)
    {
        var placed = _his.Send("OMG^O19", HisLink.Pid("MRN1"), "ORC|NW|P1^HIS", $"TQ1|1||||||{start}", "OBR|1|P1^HIS||CT1^CT^L||||||||||||||ACC1||||||CT");

        Assert.Equal(("AE", "102"), (placed.Code, placed.Problems[0].Code));
    }

    [Fact]
    public void A_change_keeps_what_only_stood_in_for_a_missing_value()
    {
        _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1").Replace("ORC|NW|P1^HIS|||||", "ORC|NW|P1^HIS|||||", StringComparison.Ordinal)
            .Replace("^^R\rOBR", "^^R||||||||||RAD^Radiology^L||||MERCY WEST\rOBR", StringComparison.Ordinal));
        Assert.Equal("MERCY WEST", _his.Entries[0].GetString(Tags.InstitutionName));

        _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("XO", "P1^HIS", "ACC1"));

        Assert.Equal(("MERCY WEST", "Radiology"), (_his.Entries[0].GetString(Tags.InstitutionName), _his.Entries[0].GetString(Tags.RequestingService)));
    }
}
