/** Receipts of entries by their index, for everybody. */
import { toBase64 } from '@mingzheng/kernel'
import type { Receipt } from '@mingzheng/ledger'
import type { FastifyInstance } from 'fastify'
import { natural } from './app.ts'

const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*' }

export function registerReceipts(app: FastifyInstance, receiptOf: (index: number) => Receipt | Promise<Receipt>): void {
  app.get<{ Params: { index: string } }>('/receipt/:index', async (request, reply) => {
    const index = natural(request.params, 'index')!
    const { entry, time, proof, proofSm3 } = await receiptOf(index)
    return reply.headers(HEADERS).send({ index, time, entry: toBase64(entry), proof, proofSm3 })
  })
}
