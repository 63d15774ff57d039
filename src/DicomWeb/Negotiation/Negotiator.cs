namespace CloudPacs.DicomWeb.Negotiation;

/// <summary>
/// Chooses a representation (PS3.18 8.7.6, RFC 9110 12.5.1): the caller's preference first, then the order of what is offered.
/// </summary>
public static class Negotiator
{
    /// <param name="accepted">What the caller accepts.</param>
    /// <param name="offers">What there is, the default first (<see cref="Offers"/>).</param>
    public static Negotiated Choose(IReadOnlyList<AcceptedType> accepted, IReadOnlyList<Representation> offers)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        ArgumentNullException.ThrowIfNull(offers);
        Representation? chosen = null;
        double best = 0;
        foreach (var offer in offers)
        {
            if (QualityOf(offer, accepted) is var quality && quality <= best) continue;
            (chosen, best) = (offer, quality);
        }

        var possible = chosen is null ? offers.Select(static offer => offer.ToString()).Distinct().ToList() : [];
        var status = MixesKinds(accepted) ? 400 : chosen is null ? 406 : 200;
        return new(status == 200 ? chosen : null, status, possible);
    }

    /// <summary>The quality of the entry that names it most closely; a closer one may take back what a wild card allows.</summary>
    private static double QualityOf(Representation offer, IReadOnlyList<AcceptedType> accepted)
    {
        var closest = -1;
        double quality = 0;
        foreach (var entry in accepted)
        {
            var fit = entry.Fit(offer);
            if (fit < 0 || fit < closest || (fit == closest && entry.Quality <= quality)) continue;
            (closest, quality) = (fit, entry.Quality);
        }

        return quality;
    }

    /// <summary>
    /// Only what is of one kind for sure counts: image/jpeg may be a frame or a rendered image; a wild card takes either.
    /// </summary>
    private static bool MixesKinds(IReadOnlyList<AcceptedType> accepted)
    {
        bool dicom = false, rendered = false;
        foreach (var entry in accepted)
        {
            if (entry.MediaType.Contains('*', StringComparison.Ordinal)) return false;
            dicom |= entry.MediaType == MediaTypes.Dicom;
            rendered |= entry.MediaType is MediaTypes.Png or MediaTypes.Gif or "text/html" or "text/plain";
        }

        return dicom && rendered;
    }
}
