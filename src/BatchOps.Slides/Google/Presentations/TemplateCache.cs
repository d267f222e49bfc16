using System.Collections.Concurrent;

namespace BatchOps.Slides.Google.Presentations;

/// <summary>Readings of templates, one per template and run however many decks are made of it. Safe for many threads.</summary>
internal sealed class TemplateCache
{
    private readonly ConcurrentDictionary<(string Id, TokenSyntax Syntax), Task<PresentationTemplate?>> _kept = new();

    /// <summary>Whether the reading is there already.</summary>
    public bool Holds(string id, TokenSyntax syntax) => _kept.TryGetValue((id, syntax), out var reading) && reading is { IsCompletedSuccessfully: true, Result: not null };

    /// <summary>Gives the reading; the first to ask for it reads, and when that fails the next one does.</summary>
    public async Task<PresentationTemplate> GetAsync(string id, TokenSyntax syntax, Func<Task<PresentationTemplate>> read, CancellationToken cancellationToken)
    {
        var own = new TaskCompletionSource<PresentationTemplate?>(TaskCreationOptions.RunContinuationsAsynchronously);
        while (true)
        {
            var reading = _kept.GetOrAdd((id, syntax), own.Task);
            if (reading != own.Task)
            {
                if (await reading.WaitAsync(cancellationToken).ConfigureAwait(false) is { } known)
                {
                    return known;
                }

                continue;
            }

            PresentationTemplate? template = null;
            try
            {
                return template = await read().ConfigureAwait(false);
            }
            finally
            {
                if (template is null)
                {
                    _kept.TryRemove((id, syntax), out _);
                }

                own.SetResult(template);
            }
        }
    }
}
