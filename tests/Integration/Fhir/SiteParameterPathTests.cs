using System.Text;
using System.Text.Json;
using CloudPacs.FhirServer;
using CloudPacs.FhirServer.Searching;
using CloudPacs.Integration.Fhir;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>What the expressions of sites lead to is what the SDK's FHIRPath finds.</summary>
public sealed class SiteParameterPathTests
{
    /// <summary>The first has what is looked for, the second the same in another place.</summary>
    private static readonly string[] Patients =
    [
        """
        {"resourceType":"Patient","id":"1","birthDate":"2020-02-03","_birthDate":{"extension":[{"url":"urn:at","valueDateTime":"2020-02-03T04:05:06Z"}]},
        "extension":[{"url":"urn:outer","extension":[{"valueCode":"a","url":"inner"},{"url":"other","valueCode":"b"}]},{"url":"urn:rank","valueInteger":7},
        {"url":"urn:paid","valueDecimal":1.50},{"url":"it's","valueString":"Käthe"}],
        "name":[{"use":"official","family":"Muster","given":["Käthe","Rosa"],"_given":[null,{"extension":[{"url":"urn:called","valueBoolean":true}]}]},{"use":"nickname","text":"Kati"}],
        "telecom":[{"system":"phone","use":"work","value":"11"},{"system":"email","use":"work","value":"12"},{"system":"phone","use":"home","value":"13"}],
        "contact":[{"extension":[{"url":"urn:near","valueReference":{"reference":"Organization/1"}}],"name":{"family":"Muster"}}]}
        """,
        """
        {"resourceType":"Patient","id":"2","birthDate":"2020-02-03","_birthDate":{"extension":[{"url":"urn:other","valueDateTime":"2020-02-03T04:05:06Z"}]},
        "extension":[{"url":"urn:outer","extension":[{"valueCode":"b","url":"inner"},{"url":"other","valueCode":"a"}]},{"url":"inner","valueCode":"a"},{"url":"urn:rank","valueDecimal":7},
        {"url":"its","valueString":"Käthe"}],
        "name":[{"use":"nickname","family":"Muster","given":["Rosa"]},{"use":"official","text":"Kati"}],
        "telecom":[{"system":"phone","use":"home","value":"11"},{"system":"email","use":"home","value":"13"},{"system":"phone","use":"work","value":"12"}],
        "contact":[{"name":{"family":"Other"}}]}
        """,
    ];

    [Theory]
    [InlineData("date", "Patient.birthDate.extension('urn:at').value.ofType(dateTime)", "2020-02-03T04:05")]
    [InlineData("date", "(Patient.birthDate.extension.where(url='urn:at').value as dateTime)", "ge2020-02-03")]
    [InlineData("token", "Patient.extension('urn:outer').extension('inner').value.ofType(code)", "a")]
    [InlineData("token", "Patient.extension.extension.where(url = 'inner').value as code", "a")]
    [InlineData("token", "Patient.extension('urn:outer').extension('inner').value", "a")]
    [InlineData("number", "Patient.extension('urn:rank').value.ofType(integer)", "7")]
    [InlineData("number", "Patient.extension('urn:paid').value.ofType(decimal)", "lt2")]
    [InlineData("string", "Patient.extension('it\\'s').value.ofType(string)", "kathe")]
    [InlineData("string", "Patient.name.where(use='official')", "muster")]
    [InlineData("string", "Patient.name.where(use='official').given", "Käthe")]
    [InlineData("string", "Patient.name.where(use='nickname').text|Patient.contact.name.where(family='x').text", "kati")]
    [InlineData("token", "Patient.name.given.extension('urn:called').value.ofType(boolean)", "true")]
    [InlineData("token", "Patient.telecom.where(system='phone').where(use='work').value", "11")]
    [InlineData("token", "Patient.telecom.where(use='work').where(system='email')", "12")]
    [InlineData("token", "(Patient.telecom|Patient.contact.telecom).where(use='home').value", "13", 2)]
    [InlineData("reference", "Patient.contact.extension('urn:near').value.ofType(Reference)", "Organization/1")]
    public void An_expression_leads_to_what_the_FHIRPath_of_the_SDK_finds(string kind, string expression, string value, int found = 1)
    {
        var index = new FhirIndex(Guid.Empty, null, TimeZoneInfo.Utc);
        var definition = JsonSerializer.SerializeToUtf8Bytes(new
        {
            resourceType = "SearchParameter", id = "x", url = "urn:x", status = "active", code = "x", @base = new[] { "Patient" }, type = kind, expression,
        });
        index.Take(new ParametersInForce(1, [new ParameterRow("x", definition, ["Patient"], "", IsComplete: true)]));
        var oracle = new SearchOracle(index.Parameters);
        var rows = Patients.Select(static (json, i) => new FhirResourceRow { Type = "Patient", Id = $"{i + 1}", Version = 1, LastUpdated = DateTimeOffset.UnixEpoch, Content = Encoding.UTF8.GetBytes(json) }).ToList();
        foreach (var row in rows) oracle.Add("Patient", row.Id, row.Content.ToArray());
        var queries = new SearchQueryReader(index.Parameters, index.Keys, new PageSeal([1]), null, TimeZoneInfo.Utc, TimeProvider.System);
        var condition = queries.Read("Patient", [new GivenParameter("x", value)], isStrict: true).Conditions.Single();

        var ids = rows.Where(row => ConditionMatch.Meets(index.WholeOf(row)!, row.LastUpdated, condition)).Select(static row => row.Id).ToList();
        Assert.Equal(oracle.Search("Patient", "x", value), ids);
        Assert.Equal(found, ids.Count);
    }
}
