using CloudPacs.Dicom;
using CloudPacs.Studies.Finding;
using Xunit;

namespace CloudPacs.Integration.Tests.Studies;

/// <summary>Queries of studies as workstations send them.</summary>
public sealed class StudyQueryTests
{
    [Theory]
    [InlineData("STUDY", QueryLevel.Study)]
    [InlineData(" study ", QueryLevel.Study)]
    [InlineData("Series", QueryLevel.Series)]
    [InlineData("IMAGE ", QueryLevel.Image)]
    [InlineData("patient", QueryLevel.Patient)]
    [InlineData("INSTANCE", null)]
    [InlineData("", null)]
    public void A_level_may_be_padded_and_in_small_letters(string level, QueryLevel? read) =>
        Assert.Equal(read, QueryLevels.Of(new DataSet().Set(Tags.QueryRetrieveLevel, level)));

    [Theory]
    [InlineData("CT\\MR", "MR", true)]
    [InlineData("CT\\MR", "US\\CT", true)]
    [InlineData("CT\\MR", "US", false)]
    [InlineData("*", "US", true)]
    [InlineData("", "US", true)]
    public void A_list_of_modalities_in_study_means_any_of_them(string asked, string stored, bool isFound)
    {
        var query = StudyQuery.Parse(new DataSet().Set(Tags.ModalitiesInStudy, asked), QueryLevel.Study, facility: null, QueryWays.Plain);

        Assert.Null(query.Fault);
        Assert.Equal(isFound, query.Matches(new DataSet().Set(Tags.ModalitiesInStudy, stored)));
        Assert.Equal(asked is "CT\\MR" ? ["CT", "MR"] : [], query.Filter.Modalities);
    }
}
