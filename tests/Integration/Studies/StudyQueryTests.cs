using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Worklist;
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

    [Theory]
    [InlineData("00081030=brain", "00081030=BRAIN", true)]
    [InlineData("00081030=SCHÄDEL*", "00081030=Schädel ap", true)]
    [InlineData("0008103E=*AXIAL?5*", "0008103E=Axial 5mm", true)]
    [InlineData("00081030=brain", "00081030=BRAIN MRI", false)]
    [InlineData("00400275>00321060=*chest*", "00400275>00321060=CT CHEST", true)]
    [InlineData("00400275>00400007=ROUTINE", "00400275>00400007=Routine", true)]
    [InlineData("00080050=acc1", "00080050=ACC1", false)]
    [InlineData("00080050=acc*", "00080050=ACC1", false)]
    [InlineData("00200010=07", "00200010=7", false)]
    [InlineData("00181030=routine", "00181030=ROUTINE", false)]
    [InlineData("00400275>00400009=sps1", "00400275>00400009=SPS1", false)]
    public void Descriptions_are_compared_without_case_and_numbers_as_they_are(string asked, string stored, bool isFound) =>
        Assert.Equal(isFound, StudyQuery.Parse(QueryKeys.Parse(asked), QueryLevel.Series, facility: null, QueryWays.Plain).Matches(QueryKeys.Parse(stored)));

    [Theory]
    [InlineData("00080050=", "00080050=ACC1", false)]
    [InlineData("00080050=", "00080050=", true)]
    [InlineData("00080050=", "00100020=A", true)]
    [InlineData("00081032=", "00081032>00080100=CT1", false)]
    [InlineData("00081032=", "00080050=ACC1", true)]
    [InlineData("00081032>00080100=", "00081032>00080102=99X", true)]
    [InlineData("00081032>00080100=", "00081032>00080100=CT1", false)]
    [InlineData("00081032>00080100=", "00080050=ACC1", false)]
    public void An_attribute_without_a_value_is_missing_or_empty(string asked, string stored, bool isFound)
    {
        var withoutValue = QueryKeys.Parse(asked);
        withoutValue.Remove(Tags.SpecificCharacterSet);
        var query = StudyQuery.Parse([], QueryLevel.Study, facility: null, QueryWays.Plain with { WithoutValue = withoutValue });

        Assert.Null(query.Fault);
        Assert.Equal(isFound, query.Matches(QueryKeys.Parse(stored)));
    }
}
