using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>What attributes remember of values that stand in for better ones.</summary>
public class StandInTests
{
    private static readonly Tag Name = Tags.RequestingPhysician, Other = Tags.InstitutionName;

    [Theory]
    [InlineData("A", true, "B", true, "B", true)]
    [InlineData("A", true, "B", false, "B", false)]
    [InlineData("A", false, "B", true, "A", false)]
    [InlineData("A", false, "B", false, "B", false)]
    [InlineData("", false, "B", true, "B", true)]
    [InlineData(null, false, "B", true, "B", true)]
    [InlineData("A", false, "", true, "A", false)]
    [InlineData("A", true, "", true, "", true)]
    public void A_stand_in_replaces_another_and_nothing_better(
        string? stored, bool isStandIn, string news, bool standsIn, string expected, bool isMarked)
    {
        var before = stored is null ? new DataSet() : Of(stored, isStandIn);

        Attributes.Merge(before, Of(news, standsIn));

        Assert.Equal(expected, before.GetString(Name) ?? "");
        Assert.Equal(isMarked, !StandIns.Yields(before, Of("C", standsIn: true), Name));
    }

    [Fact]
    public void What_is_taken_back_is_no_stand_in()
    {
        var (better, standIn) = (Of("A", standsIn: false), Of("A", standsIn: true));
        var news = StandIns.PutTakenBack(new DataSet().SetEmpty(Name), Name);

        Attributes.Merge(better, news);
        Attributes.Merge(standIn, news);

        Assert.Equal((null, "A"), (better.GetString(Name), standIn.GetString(Name)));
        Assert.False(better.Contains(StandIns.TakenBack));
    }

    [Fact]
    public void Several_are_remembered_and_stored()
    {
        var stored = StandIns.Put(new DataSet().Set(Name, "A").Set(Other, "B"), Other, Name);

        var read = Attributes.Decode(Attributes.Encode(stored));
        Attributes.Merge(read, new DataSet().Set(Other, "C"));

        Assert.False(StandIns.Yields(read, Of("D", standsIn: true), Name));
        Assert.True(StandIns.Yields(read, StandIns.Put(new DataSet().Set(Other, "D"), Other), Other));
    }

    private static DataSet Of(string value, bool standsIn)
    {
        var attributes = value.Length > 0 ? new DataSet().Set(Name, value) : new DataSet().SetEmpty(Name);
        return standsIn ? StandIns.Put(attributes, Name) : attributes;
    }
}
