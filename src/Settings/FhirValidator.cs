using FluentValidation;

namespace CloudPacs.Settings;

/// <summary>Every rule on the settings of the FHIR endpoint; messages are "problem | fix".</summary>
internal sealed class FhirValidator : AbstractValidator<FhirSettings>
{
    public FhirValidator()
    {
        RuleFor(s => s.RequestsPerSecond)
            .InclusiveBetween(0, 1_000_000)
            .WithMessage("'{PropertyValue}' is out of range. | Give the requests a second of one client, or 0 for any number.");
        RuleFor(s => s.ConcurrentRequests)
            .InclusiveBetween(1, 100_000)
            .WithMessage("'{PropertyValue}' is out of range. | Give how many requests are worked on at the same time.");
        RuleFor(s => s.WaitingRequests)
            .InclusiveBetween(0, 1_000_000)
            .WithMessage("'{PropertyValue}' is out of range. | Give how many requests may wait.");
        RuleFor(s => s.CacheMegabytes)
            .InclusiveBetween(0, 65_536)
            .WithMessage("'{PropertyValue}' is out of range. | Give 0 to 65536 megabytes.");
        RuleFor(s => s.DeleteLimit)
            .InclusiveBetween(1, 500)
            .WithMessage("'{PropertyValue}' is out of range. | Give 1 to 500 resources that one conditional delete takes.");
    }
}
