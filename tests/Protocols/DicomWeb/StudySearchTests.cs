using CloudPacs.Dicom;
using CloudPacs.DicomWeb.Search;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace CloudPacs.Protocols.Tests.DicomWeb;

/// <summary>Queries of real viewers and of none, as keys of C-FIND (PS3.18 10.6, 8.3.4).</summary>
public sealed class StudySearchTests
{
    private static readonly SearchPath Studies = new(SearchLevel.Study);
    private static readonly SearchPath SeriesOfStudy = new(SearchLevel.Series, "1.2.3");
    private static readonly SearchPath AllInstances = new(SearchLevel.Instance);

    /// <summary>Query, keys as tag=value, with the level left out.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("PatientID=A1&00080050=X&StudyDate=20260101-20260131", "00080020=20260101-20260131 00080050=X 00100020=A1")]
    [InlineData("0020000d=1.2,1.3", "0020000D=1.2\\1.3")]
    [InlineData("StudyInstanceUID=1.2%5C1.3", "0020000D=1.2\\1.3")]
    [InlineData("StudyInstanceUID=1.2&StudyInstanceUID=1.2&0020000D=1.2", "0020000D=1.2")]
    [InlineData("ModalitiesInStudy=CT,MR", "00080061=CT\\MR")]
    [InlineData("ModalitiesInStudy=CT%5CMR", "00080061=CT\\MR")]
    [InlineData("PatientName=*M%C3%BCller*", "00100010=*M\u00fcller*")]
    [InlineData("PatientName=Doe,Jane", "00100010=Doe,Jane")]
    [InlineData("PatientID=", "00100020=")]
    [InlineData("StudyDate=-20260131&StudyTime=2200-", "00080020=-20260131 00080030=2200-")]
    [InlineData("StudyDate=20260101-20260102&StudyTime=2200-0600", "00080020=20260101-20260102 00080030=2200-0600")]
    [InlineData("ProcedureCodeSequence.CodeValue=C1", "00081032/00080100=C1")]
    [InlineData("00081032.00080100=C1&ProcedureCodeSequence.CodingSchemeDesignator=L", "00081032/00080100=C1 00081032/00080102=L")]
    // OHIF 3.13: its list, one study, priors.
    [InlineData("limit=101&offset=0&fuzzymatching=true&includefield=00081030%2C00080060%2C00080090%2C00100030", "")]
    [InlineData("limit=101&offset=0&fuzzymatching=false&includefield=00081030%2C00080060&StudyInstanceUID=1.2&StudyInstanceUID=1.2", "0020000D=1.2")]
    [InlineData("00100020=P7&limit=101&includefield=00081030", "00100020=P7")]
    [InlineData("StudyDescription=*x*&AccessionNumber=*x*", "00080050=*x* 00081030=*x*")]
    public void Parameters_become_keys(string query, string keys)
    {
        var search = Read(Studies, query);

        Assert.Equal(keys, Text(search.Keys));
        Assert.Equal("STUDY", search.Keys.GetString(Tags.QueryRetrieveLevel));
    }

    [Theory]
    [InlineData("PatientNam=A", "PatientNam is no attribute.")]
    [InlineData("0010ZZ20.1=A", "0010ZZ20.1 is no attribute.")]
    [InlineData("00100001=A", "00100001 is no attribute.")]
    [InlineData("PatientName.FamilyName=A", "PatientName.FamilyName is no attribute.")]
    [InlineData("includefield=Nonsense", "includefield: Nonsense is no attribute.")]
    [InlineData("PatientID=A&00100020=B", "00100020 is given twice, with different values.")]
    [InlineData("StudyDate=2026", "StudyDate is no date or range of dates.")]
    [InlineData("StudyDate=20260230", "StudyDate is no date or range of dates.")]
    [InlineData("StudyDate=20260131-20260101", "StudyDate ends before it begins.")]
    [InlineData("StudyDate=20260131-20260131&StudyTime=1000-0900", "StudyTime ends before it begins.")]
    [InlineData("StudyTime=2500", "StudyTime is no time or range of times.")]
    [InlineData("StudyInstanceUID=1.2.x", "StudyInstanceUID is no UID.")]
    [InlineData("StudyInstanceUID=,", "StudyInstanceUID is no UID.")]
    [InlineData("StudyID=01234567890123456", "StudyID is longer than 16 characters.")]
    [InlineData("PatientName=A%5CB", "PatientName takes one value, not a list.")]
    [InlineData("ProcedureCodeSequence=C1", "ProcedureCodeSequence is a sequence: name one of its attributes.")]
    [InlineData("limit=x", "limit must be a whole number from 0 on.")]
    [InlineData("limit=-1", "limit must be a whole number from 0 on.")]
    [InlineData("offset=99999999999", "offset must be a whole number from 0 on.")]
    [InlineData("fuzzymatching=yes", "fuzzymatching must be true or false.")]
    [InlineData("00091002=A", "00091002 is private: name its creator in 00090010.")]
    [InlineData("00091002=A&00090011=ACME", "00091002 is private: name its creator in 00090010.")]
    [InlineData("TimezoneOffsetFromUTC=Berlin", "TimezoneOffsetFromUTC must be an offset from UTC such as +0100.")]
    public void A_faulty_parameter_is_told_by_its_name(string query, string fault)
    {
        var told = StudySearchReader.Read(Studies, Parse(query), true, out _);

        Assert.Equal(fault, told);
    }

    [Theory]
    [InlineData("count=true&_=17&access_token=x", "count is no parameter of this search: it was ignored.|_ is no parameter of this search: it was ignored.|access_token is no parameter of this search: it was ignored.")]
    [InlineData("accept=application/dicom%2Bjson&charset=utf-8", "")]
    [InlineData("BodyPartExamined=HEAD", "BodyPartExamined is not matched here: it was ignored.")]
    [InlineData("00280010=512", "Rows is not matched here: it was ignored.")]
    [InlineData("ProcedureCodeSequence.CodeMeaning.Nothing=", null)]
    [InlineData("00091002=A&00090010=ACME", "00091002 is not matched here: it was ignored.")]
    [InlineData("includefield=00080060,0008103E", "Modality describes a lower level than the results: it was ignored.|SeriesDescription describes a lower level than the results: it was ignored.")]
    [InlineData("includefield=00100001", "00100001 is not known: it was ignored.")]
    [InlineData("fuzzymatching=true&emptyvaluematching=true&multiplevaluematching=true", "The fuzzymatching parameter is not supported. Only literal matching has been performed.")]
    public void What_is_not_obeyed_is_told(string query, string? warnings)
    {
        var fault = StudySearchReader.Read(Studies, Parse(query), isFuzzyKnown: false, out var search);

        Assert.Equal(warnings is null, fault is not null);
        if (warnings is not null) Assert.Equal(warnings, string.Join('|', search.Warnings));
    }

    [Fact]
    public void Keys_of_levels_above_a_path_are_not_matched_and_its_own_UID_needs_no_word()
    {
        var search = Read(SeriesOfStudy, "PatientID=A&StudyInstanceUID=1.2.3&Modality=CT");

        Assert.Equal("00080060=CT 0020000D=1.2.3", Text(search.Keys));
        Assert.Equal(["PatientID is not matched here: it was ignored."], search.Warnings);
        Assert.Equal("SERIES", search.Keys.GetString(Tags.QueryRetrieveLevel));
    }

    [Theory]
    [InlineData("AccessionNumber=\"\"&emptyvaluematching=true&PatientID=A", "00100020=A", "00080050=")]
    [InlineData("emptyvaluematching=true&StudyDate=\"\"&ProcedureCodeSequence=\"\"", "", "00080020= 00081032=")]
    [InlineData("ProcedureCodeSequence.CodeValue=\"\"&emptyvaluematching=true", "", "00081032/00080100=")]
    [InlineData("AccessionNumber=\"\"", "00080050=\"\"", "")]
    [InlineData("AccessionNumber=\"\"&emptyvaluematching=false", "00080050=\"\"", "")]
    public void Two_quotation_marks_mean_no_value_when_that_was_asked_for(string query, string keys, string withoutValue)
    {
        var search = Read(Studies, query);

        Assert.Equal((keys, withoutValue), (Text(search.Keys), Text(search.WithoutValue)));
        Assert.Empty(search.Warnings);
        Assert.All(search.WithoutValue, element => Assert.True(search.Returned!.Contains(element.Tag)));
    }

    [Fact]
    public void The_series_of_a_study_are_had_as_viewers_ask_for_them()
    {
        var search = Read(SeriesOfStudy, "includefield=00080021%2C00080031%2C0008103E%2C00200011");

        Assert.Empty(search.Warnings);
        Assert.All((Tag[])[Tags.SeriesDate, Tags.SeriesTime, Tags.SeriesDescription, Tags.SeriesNumber, Tags.Modality, Tags.NumberOfSeriesRelatedInstances], tag => Assert.True(search.Returned!.Contains(tag)));
        Assert.False(search.Returned!.Contains(Tags.PatientName));
    }

    [Fact]
    public void Relational_searches_take_and_return_all_levels()
    {
        var search = Read(AllInstances, "PatientID=A&Modality=CT&SOPClassUID=1.2.840.10008.5.1.4.1.1.2");

        Assert.Equal("00080016=1.2.840.10008.5.1.4.1.1.2 00080060=CT 00100020=A", Text(search.Keys));
        Assert.Equal("IMAGE", search.Keys.GetString(Tags.QueryRetrieveLevel));
        Assert.All((Tag[])[Tags.PatientName, Tags.Modality, Tags.Rows, Tags.StudyInstanceUid, Tags.SeriesInstanceUid, Tags.SopInstanceUid], tag => Assert.True(search.Returned!.Contains(tag)));
        var ofStudy = Read(new(SearchLevel.Instance, "1.2"), "").Returned!;
        Assert.Equal((false, true, true), (ofStudy.Contains(Tags.PatientName), ofStudy.Contains(Tags.Modality), ofStudy.Contains(Tags.StudyInstanceUid)));
    }

    [Fact]
    public void What_is_returned_is_the_table_what_is_matched_and_what_is_asked_for()
    {
        var plain = Read(Studies, "").Returned!;
        var asked = Read(Studies, "StudyDescription=x&includefield=00100021&includefield=ProcedureCodeSequence.CodeValue,00180050").Returned!;

        Assert.Equal(
            "00080005 00080020 00080030 00080050 00080056 00080061 00080090 00080201 00081190 00100010 00100020 00100030 00100040 0020000D 00200010 00201206 00201208",
            string.Join(' ', plain.Select(static element => element.Tag)));
        Assert.Equal("00081030 00081032 00100021 00180050", string.Join(' ', asked.Select(static element => element.Tag).Except(plain.Select(static element => element.Tag))));
        Assert.Null(Read(Studies, "includefield=all").Returned);
        Assert.Null(Read(Studies, "includefield=00081030&includefield=all").Returned);
    }

    [Fact]
    public void A_result_has_what_was_asked_for_and_nothing_else()
    {
        var found = new DataSet().Set(Tags.PatientId, "A").Set(Tags.PatientWeight, "70")
            .SetSequence(new(0x00081032), new DataSet().Set(Tags.CodeValue, "C1").Set(Tags.CodeMeaning, "Chest"));

        var selected = Read(Studies, "includefield=ProcedureCodeSequence.CodeValue").Select(found);

        Assert.Equal(("A", false), (selected.GetString(Tags.PatientId), selected.Contains(Tags.PatientWeight)));
        Assert.True(selected.TryGet(Tags.PatientName, out var name) && name is { IsEmpty: true, VR: VR.PN });
        Assert.Equal((1, "C1"), (selected.GetItems(new(0x00081032))[0].Count, selected.GetItems(new(0x00081032))[0].GetString(Tags.CodeValue)));
        Assert.Same(found, Read(Studies, "includefield=all").Select(found));
    }

    [Fact]
    public void A_sequence_that_is_always_returned_stays_whole()
    {
        var returned = Read(SeriesOfStudy, "RequestAttributesSequence.ScheduledProcedureStepID=S1").Returned!;

        Assert.True(returned.TryGet(Tags.RequestAttributesSequence, out var sequence) && sequence.Items.Count == 0);
    }

    [Theory]
    [InlineData(SearchLevel.Study, "", 100, 0)]
    [InlineData(SearchLevel.Study, "limit=0&offset=7", 0, 7)]
    [InlineData(SearchLevel.Study, "limit=6000", 5_000, 0)]
    [InlineData(SearchLevel.Instance, "limit=30000", 20_000, 0)]
    [InlineData(SearchLevel.Series, "", 20_000, 0)]
    public void A_page_is_no_larger_than_the_service_gives(SearchLevel level, string query, int limit, int offset)
    {
        var search = Read(new(level), query);

        Assert.Equal((limit, offset), (search.Limit, search.Controls.Offset));
    }

    [Theory]
    [InlineData(5, true, "There are 5 additional results that can be requested")]
    [InlineData(10_000, false, "There are additional results that can be requested")]
    [InlineData(0, true, null)]
    [InlineData(-3, true, null)]
    public void A_page_says_how_many_are_left(long remaining, bool isCounted, string? text) => Assert.Equal(text, SearchControls.MoreResults(remaining, isCounted));

    [Theory]
    [InlineData("TimezoneOffsetFromUTC=%2B0530", "+0530")]
    [InlineData("00080201=+0530", "+0530")]
    [InlineData("00080201=-0800", "-0800")]
    [InlineData("", null)]
    public void Dates_may_be_meant_in_another_zone(string query, string? zone) => Assert.Equal(zone, Read(Studies, query).Timezone);

    [Fact]
    public void A_path_must_hold_UIDs() =>
        Assert.Equal("The path holds something where a UID is meant.", StudySearchReader.Read(new(SearchLevel.Series, "1.2.x"), [], true, out _));

    [Fact]
    public void Nothing_that_is_sent_is_a_fault_of_ours()
    {
        var random = new Random(7);
        string[] names = ["PatientID", "00280010", "7FE00010", "PixelData", "StudyDate", "x", "", ".", "00100020.", "includefield", "limit", "emptyvaluematching", "00090010", "ProcedureCodeSequence.CodeValue", "\u0000", "OverlayData", "PatientName"];
        string[] values = ["", "\"\"", "true", "\\", ",", "*", "\u0000", "1.2", new('x', 5_000), "=^=", "-", "\u00e9", "all,", "20260101-"];
        for (var i = 0; i < 20_000; i++)
        {
            var query = Enumerable.Range(0, random.Next(4)).Select(_ => (names[random.Next(names.Length)], values[random.Next(values.Length)])).ToList();

            StudySearchReader.Read(new((SearchLevel)random.Next(3), random.Next(2) == 0 ? null : "1.2"), query, true, out var search);

            Assert.NotNull(search);
        }
    }

    private static StudySearch Read(SearchPath path, string query)
    {
        Assert.Null(StudySearchReader.Read(path, Parse(query), true, out var search));
        return search;
    }

    private static IEnumerable<(string, string)> Parse(string query) =>
        QueryHelpers.ParseQuery(query).SelectMany(static pair => pair.Value.Select(value => (pair.Key, value ?? "")));

    private static string Text(DataSet keys) => string.Join(' ', keys.Where(static key => key.Tag != Tags.QueryRetrieveLevel).SelectMany(static key =>
        key.Items.Count == 0 ? [$"{key.Tag}={string.Join('\\', key.Values)}"] : key.Items[0].Select(inner => $"{key.Tag}/{inner.Tag}={string.Join('\\', inner.Values)}")));
}
