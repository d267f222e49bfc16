namespace BatchOps.Slides.Google.Presentations;

/// <summary>Cuts the changes of a deck into batches.</summary>
internal static class SlideBatches
{
    /// <summary>Cuts.</summary>
    /// <param name="writes">The changes, in order.</param>
    /// <param name="layout">The deck.</param>
    /// <param name="options">How changes are sent.</param>
    /// <param name="isIsolated">Whether a request was refused, so that each slide gets a batch of its own.</param>
    public static IEnumerable<IReadOnlyList<SlideWrite>> Of(IReadOnlyList<SlideWrite> writes, DeckLayout layout, GoogleTargetOptions options, bool isIsolated)
    {
        if (writes.Count == 0)
        {
            yield break;
        }

        if (options.Batching == SlideBatching.Deck && !isIsolated)
        {
            yield return writes;
            yield break;
        }

        // Slides first become what later changes speak of, all at once.
        var structure = writes.Where(write => write.IsStructure).ToList();
        if (structure.Count > 0)
        {
            yield return structure;
        }

        foreach (var pages in layout.Pages.Chunk(isIsolated ? 1 : options.MaxConcurrentSlides))
        {
            var own = writes.Where(write => !write.IsStructure).SelectMany(write => pages.Select(write.On).OfType<SlideWrite>()).ToList();
            foreach (var group in options.Batching == SlideBatching.Slide ? own.GroupBy(write => write.Step).Select(group => group.ToList()) : [own])
            {
                foreach (var batch in Cut(group, options.Batching == SlideBatching.Slide ? options.SlidesBatchSize : int.MaxValue))
                {
                    yield return batch;
                }
            }
        }
    }

    private static IEnumerable<IReadOnlyList<SlideWrite>> Cut(List<SlideWrite> writes, int most)
    {
        var batch = new List<SlideWrite>();
        var size = 0;
        foreach (var write in writes)
        {
            var own = write.Requests.Count();
            if (batch.Count > 0 && size + own > most)
            {
                yield return batch;
                batch = [];
                size = 0;
            }

            batch.Add(write);
            size += own;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
