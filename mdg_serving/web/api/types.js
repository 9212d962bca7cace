/**
 * What the API answers, as far as the page reads it; /docs has all of it.
 *
 * @typedef {{pitch: number, start: number, duration: number, velocity: number, voice: string, step: number}} Note
 *
 * @typedef {object} Variation
 * @property {number} index
 * @property {string} name
 * @property {string} based_on
 * @property {number} steps_per_quarter
 * @property {string} midi_url
 * @property {number} novelty 0-1
 * @property {Note[]} notes
 *
 * @typedef {object} Generation
 * @property {string} generation_id
 * @property {string} artist
 * @property {string} artist_key
 * @property {string} provider
 * @property {string|null} model
 * @property {number} confidence
 * @property {number} tempo
 * @property {string} time_signature
 * @property {number} bars
 * @property {string} style
 * @property {number} seed
 * @property {string[]} notes what was adapted, in words
 * @property {Variation[]} variations
 * @property {boolean} [provisional]
 * @property {string[]} [based_on]
 *
 * @typedef {object} Accepted
 * @property {string} task_id
 * @property {string|null} research_task_id
 * @property {string} message
 * @property {Generation|null} provisional
 *
 * @typedef {object} Task
 * @property {string} task_id
 * @property {string|null} [research_task_id] the research that a generation waits for
 * @property {'queued'|'researching'|'generating'|'completed'|'failed'|'cancelled'} status
 * @property {number} progress 0-100
 * @property {string} stage
 * @property {string} message
 * @property {string|null} error
 * @property {any} result
 * @property {SourceProgress[]} [sources]
 * @property {number|null} [position] in the queue
 * @property {number|null} [estimate_seconds]
 *
 * @typedef {{kind: string, source: string, status: string, documents: number, titles: string[], message: string}} SourceProgress
 *
 * @typedef {object} Song
 * @property {string} name
 * @property {number} tempo
 * @property {string} time_signature
 * @property {number} seed
 * @property {number} steps_per_quarter
 * @property {string} midi the whole song in base64
 * @property {{index: number, name: string, bars: number, based_on: string, midi_url: string, notes: Note[]}[]} sections
 *
 * @typedef {{document: string, source: string, title: string, value: number, weight: number, copies?: string[]}} Evidence
 *
 * @typedef {object} Parameter
 * @property {number|null} value
 * @property {string} unit
 * @property {number|null} spread
 * @property {number} confidence
 * @property {Evidence[]} evidence
 * @property {number} evidence_count
 * @property {{value: number, share: number}[]} modes
 * @property {boolean} [pinned]
 *
 * @typedef {object} FeelCell
 * @property {string} voice
 * @property {number} step
 * @property {number} offset_ms
 * @property {number} offset_spread_ms
 * @property {number} count
 *
 * @typedef {object} Profile
 * @property {{key: string, name: string, drummers: {name: string}[], genres: string[]}} artist
 * @property {string} text_description
 * @property {Record<string, Parameter>} quantitative_params
 * @property {{style: string, share: number, documents: number}[]} styles
 * @property {{steps_per_quarter: number, metre: string, cells: FeelCell[]}[]} feel
 * @property {{id: string, name: string, role: string, style: string, metre: string, steps_per_quarter: number, bars: number, tempo: number|null, lanes: Record<string, string>, weight: number}[]} patterns
 * @property {number} confidence_score 0-1
 * @property {Record<string, number>} sources_count
 * @property {number} version
 *
 * @typedef {{key: string, name: string, similarity: number, basis: string, reason: string|null, because: string[]}} Similar
 *
 * @typedef {{key: string, name: string, confidence: number|null, status: string|null}} ListedArtist
 *
 * @typedef {object} Request the body of POST /generate
 * @property {string} artist
 * @property {number} [bars]
 * @property {number|null} [tempo]
 * @property {string|null} [time_signature]
 * @property {number} [variations]
 * @property {number|null} [seed]
 * @property {string} [section]
 * @property {string|null} [style]
 * @property {number|null} [swing]
 * @property {number|null} [density]
 * @property {number} [timing_amount]
 * @property {number} [velocity_amount]
 * @property {{artist: string, amount: number}|null} [blend]
 * @property {{voices: string[], notes: {pitch: number, start: number, duration: number, velocity: number}[], bars?: number}|null} [lock]
 *
 * @typedef {object} Humanized
 * @property {string|null} artist
 * @property {string} midi base64
 * @property {{pitch: number, start: number, duration: number, velocity: number}[]} notes
 * @property {string[]} warnings
 */
export {};
