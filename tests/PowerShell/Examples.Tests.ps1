BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    # Run.ps1 sets Stop, and so may whoever runs the tests.
    $ErrorActionPreference = 'Continue'
    $examples = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../examples")
    Import-Module "$examples/Emulator.psm1", "$examples/ChatModel.psm1"

    # What a run wrote, as text of a wide screen.
    function Invoke-Example([string] $Name, [hashtable] $Parameter) {
        & "$examples/$Name.ps1" @Parameter 2>$null 6>&1 | Out-String -Width 200
    }

    # A cell of the one-row table that has these columns.
    function Get-Cell([string] $Text, [string] $Column) {
        $rows = ($Text -replace '\x1b\[[0-9;]*m') -split '\r?\n'
        $head = 0..($rows.Count - 1) | Where-Object { " $($rows[$_]) " -like "* $Column *" } | Select-Object -Last 1
        $end = $rows[$head].IndexOf($Column) + $Column.Length
        # Numbers end where their column's name does.
        ($rows[$head + 2].Substring(0, $end) -split ' +')[-1]
    }
}

AfterAll { Assert-NoWorker }

Describe 'VocabularyPipeline' {
    BeforeAll {
        $service = Start-Emulator chat --latency, 40, --latency-spread, 80, --fail-rate, 0.05
        $fast = @{ Count = 30; RateLimit = '6000/min'; OutputFolder = "$TestDrive/cards"; Service = $service.Address }

        function Read-Card([string] $Folder) { Get-Content "$Folder/flashcards.jsonl" | ConvertFrom-Json }

        # The words of the table in their order, read with the module's own SQLite.
        function Read-Table([string] $Folder) {
            $context = [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext([BatchOps.RunSummary].Assembly)
            $type = $context.LoadFromAssemblyName('Microsoft.Data.Sqlite').GetType('Microsoft.Data.Sqlite.SqliteConnection')
            $connection = $type::new("Data Source=$Folder/flashcards.db;Mode=ReadOnly;Pooling=False")
            try {
                $connection.Open()
                $command = $connection.CreateCommand()
                $command.CommandText = 'SELECT Word FROM flashcards ORDER BY batch_index'
                $reader = $command.ExecuteReader()
                while ($reader.Read()) { $reader.GetString(0) }
            }
            finally { $connection.Dispose() }
        }

        function Assert-Card([object[]] $Card, [int] $Count) {
            $Card | Should -HaveCount $Count
            $Card[0..2].Word | Should -Be 'big apple', 'blue apple', 'bright apple'
            $Card[20].Word | Should -Be 'big boat'
            foreach ($one in $Card) {
                $mirrored = $one.Word.ToCharArray()
                [array]::Reverse($mirrored)
                $one.Translation | Should -Be (-join $mirrored)
                $one.Example | Should -BeLike "*$($one.Translation)*"
            }
        }
    }

    AfterAll { $service.Stop() }

    It 'makes the cards in the order of the words, two calls for each, tried again where one failed' {
        $null = Get-EmulatorStats $service.Address -Reset
        $text = Invoke-Example VocabularyPipeline $fast
        $cards = Read-Card $fast.OutputFolder
        Assert-Card $cards 30
        Read-Table $fast.OutputFolder | Should -Be $cards.Word
        $stats = Get-EmulatorStats $service.Address
        $stats.ok | Should -Be 60
        $stats.failed5xx | Should -BeGreaterThan 0
        $stats.requests | Should -Be (60 + $stats.failed5xx)
        $stats.distinctBodies | Should -Be 60
        # What was paid for is never paid for again.
        $stats.bodies.psobject.Properties.Value.answered | Sort-Object -Unique | Should -Be 1
        $stats.peakConcurrent | Should -BeLessOrEqual 50
        Get-Cell $text Retries | Should -Be $stats.failed5xx
    }

    It 'a second time it calls nothing' {
        $before = Get-FileHash "$($fast.OutputFolder)/flashcards.jsonl"
        $null = Get-EmulatorStats $service.Address -Reset
        $text = Invoke-Example VocabularyPipeline $fast
        (Get-EmulatorStats $service.Address).requests | Should -Be 0
        Get-Cell $text 'Cached %' | Should -Be 100
        (Get-FileHash "$($fast.OutputFolder)/flashcards.jsonl").Hash | Should -Be $before.Hash
        Read-Table $fast.OutputFolder | Should -HaveCount 30
    }

    It 'killed in the middle and resumed it makes the same cards, and repeats at most what was in flight' {
        $null = Get-EmulatorStats $service.Address -Reset
        $slower = $fast + @{ KillHalfway = $true; ThrottleLimit = 8 }
        $slower.Count = 40
        $slower.RateLimit = '1200/min'
        $slower.OutputFolder = "$TestDrive/killed"
        $text = Invoke-Example VocabularyPipeline $slower
        $text | Should -BeLike '*Killed process * calls were answered*'
        $cards = Read-Card $slower.OutputFolder
        Assert-Card $cards 40
        Read-Table $slower.OutputFolder | Should -Be $cards.Word
        [int](Get-Cell $text Resumed) | Should -BeGreaterThan 0
        $stats = Get-EmulatorStats $service.Address
        $stats.distinctBodies | Should -Be 80
        $stats.requests - $stats.failed5xx | Should -BeGreaterOrEqual 80
        $stats.requests - $stats.failed5xx | Should -BeLessOrEqual (80 + 8)
        $answered = $stats.bodies.psobject.Properties.Value.answered
        ($answered | Measure-Object -Minimum).Minimum | Should -Be 1
        @($answered | Where-Object { $_ -gt 1 }).Count | Should -BeLessOrEqual 8
    }
}

Describe 'MultiFormatNotes' {
    BeforeAll {
        $service = Start-Emulator chat --latency, 20, --latency-spread, 40
        $notes = @{ OutputFolder = "$TestDrive/notes"; Service = $service.Address }
    }

    BeforeEach { $null = Get-EmulatorStats $service.Address -Reset }

    AfterAll { $service.Stop() }

    It 'makes notes in every format and level, each with a file and a state of its own' {
        $text = Invoke-Example MultiFormatNotes $notes
        Get-ChildItem $notes.OutputFolder | Should -HaveCount 24
        Get-Content -Raw "$TestDrive/notes/quiz.brief.md" | Should -BeLike 'Q: What comes after "Welcome back to"?*A: Welcome back to the workshop.*'
        (Get-Content "$TestDrive/notes/outline.full.md").Count | Should -BeGreaterThan (Get-Content "$TestDrive/notes/outline.standard.md").Count
        ($text -split '\r?\n') -match '^(summary|quiz)\s+done\s+done\s+done' | Should -HaveCount 2
        Get-Cell $text Done | Should -Be 24
        (Get-EmulatorStats $service.Address).requests | Should -Be 24
    }

    It 'shows each as it is done, while others are still being made' {
        $script:seen = [System.Collections.Generic.List[int]]::new()
        & "$examples/MultiFormatNotes.ps1" @notes -ThrottleLimit 2 6>&1 | ForEach-Object {
            if ($_ -is [System.Management.Automation.InformationRecord]) { $script:seen.Add((Get-EmulatorStats $service.Address).requests) }
        }
        $script:seen | Should -HaveCount 24
        $script:seen[0] | Should -BeLessThan 24
    }

    It 'asks for equal notes once' {
        $text = Invoke-Example MultiFormatNotes ($notes + @{ Format = 'summary', 'quiz', 'summary'; Verbosity = 'brief' })
        (Get-EmulatorStats $service.Address).requests | Should -Be 2
        ($text -split '\r?\n') -match '^summary, brief +shared' | Should -HaveCount 1
        Get-Cell $text Done | Should -Be 3
    }

    It 'skips what the budget has no room for' {
        $text = Invoke-Example MultiFormatNotes ($notes + @{ Format = 'summary', 'quiz'; Verbosity = 'full'; Budget = 1000 })
        Get-Cell $text Done | Should -Be 1
        Get-Cell $text Skipped | Should -Be 1
        (Get-EmulatorStats $service.Address).requests | Should -Be 1
    }

    It 'one that fails spoils no other, and when many do it goes on one at a time' {
        $failing = Start-Emulator chat --latency, 20, --fail-rate, 0.75
        try { $text = Invoke-Example MultiFormatNotes @{ OutputFolder = "$TestDrive/failing"; Service = $failing.Address } } finally { $failing.Stop() }
        [int](Get-Cell $text Failed) | Should -BeGreaterThan 4
        [int](Get-Cell $text Done) | Should -BeGreaterThan 0
        Get-Cell $text Sequential | Should -Be True
    }

    It 'goes on one at a time when the service refuses calls' {
        # By chance that is the same each time, not by how many calls happen to meet.
        $busy = Start-Emulator chat --latency, 20, --throttle-rate, 0.2, --seed, 3, --throttle-wait, 0.1, --hints, ms
        try { $text = Invoke-Example MultiFormatNotes @{ OutputFolder = "$TestDrive/busy"; Service = $busy.Address } } finally { $busy.Stop() }
        Get-Cell $text Sequential | Should -Be True
        Get-Cell $text Failed | Should -Be 0
    }
}

Describe 'Help of <_>' -ForEach 'VocabularyPipeline', 'MultiFormatNotes' {
    It 'has examples, and says what each parameter is for' {
        $help = Get-Help "$examples/$_.ps1" -Full
        $help.examples.example.Count | Should -BeGreaterThan 1
        foreach ($parameter in $help.parameters.parameter) { $parameter.description.Text | Should -Not -BeNullOrEmpty -Because $parameter.name }
    }
}
